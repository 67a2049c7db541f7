"""The step in which the person allows the application to read what it asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from idp.custom_claims import sources
from idp.errors import Refused
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
        "scopes": interaction.request.scopes,
        "claims": interaction.asked_claims,
        "custom": sorted(interaction.custom_claims()) if sources.SCOPE in interaction.request.scopes else [],
        "destination": url.netloc if url.scheme in ("http", "https") else f"an app on this device ({url.scheme})",
    }


def submit(interaction: Interaction, form: Mapping[str, str], now: int) -> None:
    """Record the yes for good, or the no for this time, or become somebody else."""
    user, client, request = interaction.user, interaction.client, interaction.request
    assert user is not None and client is not None
    decision = form.get("decision")
    if decision == "switch":
        interaction.leave(now)
        return
    if decision not in ("allow", "deny"):
        raise Refused("no_decision", "Please choose Allow or Deny.")
    with transaction(durable=decision == "allow"):
        if decision == "allow":
            interaction.answer(consent="allow")
            consents.keep(user, client, request.scopes, interaction.asked_claims, now)
        else:
            interaction.answer(declined=NAME)
        event = "consent.given" if decision == "allow" else "consent.refused"
        interaction.note(event, scopes=list(request.scopes), claims=interaction.asked_claims)
