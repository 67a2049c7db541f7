"""What applications have to be told about sessions that have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import BigIntegerField, ForeignKeyField, IntegerField, TextField

from idp.storage.models.clients import Client
from idp.storage.models.row import Row


class LogoutDelivery(Row):
    """One application that has to be told that one session has ended, and what has become of it.

    The person may be deleted with it, so what the application knows of them stands here.
    """

    LASTING = False

    if TYPE_CHECKING:
        client_id: Any
    sign_out = TextField(index=True)  # the same for all applications that one deed is told to
    client = ForeignKeyField(Client, on_delete="CASCADE")
    username = TextField()
    sub = TextField()
    sid = TextField(index=True)
    tries = IntegerField(default=0)
    problem = TextField(null=True)  # of the last try, in a sentence
    created_at = BigIntegerField()
    due_at = BigIntegerField(null=True, index=True)  # absent when nothing more is to be done
    delivered_at = BigIntegerField(null=True)
    expires_at = BigIntegerField(index=True)

    class Meta:
        table_name = "logout_deliveries"
