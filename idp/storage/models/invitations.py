"""Invitations: links with which people make an account by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import ForeignKeyField, TextField

from idp.storage.models.clients import Client
from idp.storage.models.limited import Limited
from idp.storage.models.row import JSONText


class Invitation(Limited):
    """A link that lets so many people in."""

    LASTING = False

    if TYPE_CHECKING:
        client_id: Any

    groups = JSONText(default=list)  # the names of those that guests are put into
    client = ForeignKeyField(Client, null=True, on_delete="CASCADE")  # the application that they are invited to
    made_by = TextField()  # the administrator's user name, or `activity.COMMAND_LINE`

    class Meta:
        table_name = "invitations"
