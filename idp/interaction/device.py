"""The step in which the person lets a device in that they have typed a code for.

It is always asked, whatever was allowed before and whoever runs the application: a stranger who sends people a code wants
nothing but this yes (RFC 8628 5.4). So it stands in the place of `consent`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idp import clock, throttle
from idp.interaction import decision
from idp.interaction.facts import Interaction
from idp.storage import consents, device_codes
from idp.storage.database import transaction

NAME = "device"
ERROR = "interaction_required"
DESCRIPTION = "The person has to say whether to let the device in."
DECLINED = ("access_denied", "The person did not allow it.")


def satisfied(interaction: Interaction) -> bool:
    """Whether no device waits, or the person has said yes to this one."""
    return interaction.request.device_code is None or interaction.answers.get("device") == "allow"


def offers(interaction: Interaction) -> dict[str, Any]:
    """The device's code, when and from where it was asked for, and what its application would get."""
    assert interaction.request.device_code is not None
    device = device_codes.by_number(interaction.request.device_code)
    assert device is not None
    return {
        "shown": decision.shown(interaction.client),
        "device": device,
        "minutes": (clock.now() - device.created_at) // 60,
        "same_network": throttle.network(device.address) == throttle.network(interaction.address),
        "scopes": interaction.request.scopes,
        "custom": interaction.noted_claims,
    }


def submit(interaction: Interaction, form: Mapping[str, str], now: int) -> None:
    """Record the yes or the no."""
    user, client, scopes = interaction.user, interaction.client, interaction.request.scopes
    assert user is not None and client is not None
    allowed = decision.is_yes(form)
    with transaction(durable=allowed):
        if allowed:
            decision.check_shown(client, form)
            interaction.answer(device="allow")
            if not client.skip_consent:
                consents.keep(user, client, scopes, [], now)
        else:
            interaction.answer(declined=NAME)
