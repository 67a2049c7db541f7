"""The step that asks for a second factor where one factor isn't sure enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idp import assurance, authenticators, clock
from idp.assurance import Proof
from idp.errors import Refused
from idp.interaction.facts import Interaction
from idp.storage import credentials, users
from idp.storage.models import User

NAME = "second_factor"
ERROR = "interaction_required"
DESCRIPTION = "The person has to show a second factor."
DECLINED = ("unmet_authentication_requirements", "The person did not show a second factor.")  # RFC 9470 5


def satisfied(interaction: Interaction) -> bool:
    """Whether the proofs are sure enough, or there is nothing enrolled that could be asked for."""
    assert interaction.user is not None
    return interaction.is_sure_enough or not credentials.has_second(interaction.user)


def offers(interaction: Interaction) -> dict[str, Any]:
    """The ways that this person can show a second factor now, which are disabled, and who else can reset them."""
    ways = authenticators.ways(authenticators.second(), interaction.trying(clock.now()))
    others = (admin for admin in users.administrators() if admin != interaction.user)
    contacts = [{"name": admin.shown_name, "email": admin.email} for admin in others]
    return {"ways": ways, "contacts": contacts, "locked": _locked(interaction)}


def _locked(interaction: Interaction) -> list[str]:
    """The kinds of which the person has some, but none that hasn't been disabled."""
    assert interaction.user is not None
    enrolled = credentials.every_second(interaction.user)
    usable = {credential.authenticator for credential in enrolled if credential.disabled_at is None}
    return sorted({credential.authenticator for credential in enrolled} - usable)


def submit(interaction: Interaction, form: Mapping[str, str], now: int) -> None:
    """Take what an authenticator proves."""
    authenticator = authenticators.answering(form, authenticators.second())
    if authenticator is None:
        raise Refused("no_answer", "Please show your second factor.")

    def let_in(user: User, proof: Proof) -> None:
        if not assurance.meets(assurance.acr([*interaction.counting_proofs, proof]), interaction.wanted_acr):
            # What is left of a passkey after a while is something the person has, as this is.
            raise Refused(
                "adds_nothing", "That alone isn’t enough here. Please use your passkey with its PIN, finger or face."
            )
        interaction.become(user, proof)
        interaction.note("second_factor", authenticator=proof.authenticator)

    authenticator.prove(form, interaction.trying(now), let_in)
