"""The step in which the person allows the application to read what it asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from idp.interaction import decision
from idp.interaction.facts import Interaction
from idp.storage import consents
from idp.storage.database import transaction

NAME = "consent"
ERROR = "consent_required"
DESCRIPTION = "The person has not allowed this application to read what it asks for."
DECLINED = ("access_denied", "The person declined, or may not use this application.")


def satisfied(interaction: Interaction) -> bool:
    """Whether the person has said yes here, or earlier, or need not be asked."""
    if interaction.client is None or interaction.answers.get("consent") == "allow":
        return True
    if interaction.request.device_code is not None:  # the step `device` asks, always
        return True
    if "consent" in interaction.request.prompt:
        return False
    return interaction.client.skip_consent or interaction.covered_by_consent()


def offers(interaction: Interaction) -> dict[str, Any]:
    """What the application would read, and where the browser goes next."""
    url = urlsplit(interaction.request.redirect_uri)
    return {
        "shown": decision.shown(interaction.client),
        "scopes": interaction.request.scopes,
        "claims": interaction.asked_claims,
        "custom": interaction.noted_claims,
        "destination": url.netloc if url.scheme in ("http", "https") else f"an app on this device ({url.scheme})",
    }


def submit(interaction: Interaction, form: Mapping[str, str], now: int) -> None:
    """Record the yes for good, or the no for this time."""
    user, client, request = interaction.user, interaction.client, interaction.request
    assert user is not None and client is not None
    allowed = decision.is_yes(form)
    with transaction(durable=allowed):
        if allowed:
            decision.check_shown(client, form)
            interaction.answer(consent="allow")
            consents.keep(user, client, request.scopes, interaction.asked_claims, now)
        else:
            interaction.answer(declined=NAME)
        interaction.note(
            "consent.given" if allowed else "consent.refused",
            scopes=list(request.scopes),
            claims=interaction.asked_claims,
        )
