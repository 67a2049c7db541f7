"""The step that only those pass who may use the application."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idp import subject_identifier
from idp.errors import Refused
from idp.interaction.facts import Interaction
from idp.storage import users
from idp.storage.database import transaction
from idp.storage.models import Client

NAME = "access"
ERROR = "access_denied"
DESCRIPTION = "This person may not use this application."
DECLINED = ("access_denied", "The person declined, or may not use this application.")


def satisfied(interaction: Interaction) -> bool:
    """Whether the person may use the application and it can be told who they are; our own is for administrators."""
    client = interaction.client
    if client is not None and client.is_built_in:
        return interaction.user is not None and bool(interaction.user.is_admin)
    # Most applications are for everybody; whoever signs in there has no groups looked up.
    if client is not None and client.allowed_groups and not is_for(client, interaction.groups):
        return False
    return not _is_unknown(interaction)


def is_for(client: Client, groups: list[str]) -> bool:
    """Whether an application may be used by somebody who is in these groups."""
    return not client.allowed_groups or not set(client.allowed_groups).isdisjoint(groups)


def offers(interaction: Interaction) -> dict[str, Any]:
    """Who can let the person in, and what is missing; that they have to ask is recorded when they are first told."""
    user = interaction.user
    if user is not None and interaction.answers.get("told") != user.sub:
        with transaction():
            interaction.answer(told=user.sub)
            if _is_unknown(interaction):
                interaction.note("access.denied", reason="no_checked_email")
            else:
                needed = interaction.client.allowed_groups if interaction.client else []
                interaction.note("access.denied", reason="not_in_group", needed=needed)
    contacts = [{"name": admin.shown_name, "email": admin.email} for admin in users.administrators()]
    return {"contacts": contacts, "wants_email": _is_unknown(interaction)}


def _is_unknown(interaction: Interaction) -> bool:
    """Whether the application knows people by an e-mail address, and the person has none that has been checked."""
    client, user = interaction.client, interaction.user
    return client is not None and user is not None and not subject_identifier.is_known(user, client)


def submit(interaction: Interaction, form: Mapping[str, str], now: int) -> None:
    """Nothing else can be answered here than what every such step takes: raises Refused."""
    raise Refused("no_decision", "Please choose one of the buttons.")
