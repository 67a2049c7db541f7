"""Invitations: links with which people make an account by themselves."""

from __future__ import annotations

from peewee import BigIntegerField, ForeignKeyField, IntegerField, TextField

from idp.storage.models.clients import Client
from idp.storage.models.row import JSONText, Row


class Invitation(Row):
    """A link that lets so many people in, by its digest."""

    digest = TextField(unique=True)
    groups = JSONText(default=list)  # the names of those that guests are put into
    client = ForeignKeyField(Client, null=True, on_delete="CASCADE")  # the application that they are invited to
    uses = IntegerField()
    used = IntegerField(default=0)
    made_by = TextField()  # the administrator's user name
    created_at = BigIntegerField()
    expires_at = BigIntegerField(index=True)
    withdrawn_at = BigIntegerField(null=True)

    class Meta:
        table_name = "invitations"

    def state(self, now: int) -> str:
        """What has become of it: `withdrawn`, `used`, `expired` or `open`."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        if self.used >= self.uses:
            return "used"
        return "expired" if self.expires_at <= now else "open"
