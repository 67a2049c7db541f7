"""What clients send once: requests pushed ahead, and the assertions that they have proved themselves by."""

from __future__ import annotations

from peewee import BigIntegerField, ForeignKeyField, TextField

from idp.storage.models.clients import Client
from idp.storage.models.row import JSONText, Row


class PushedRequest(Row):
    """An authorization request that waits for its browser, by the digest of its `request_uri` (RFC 9126)."""

    LASTING = False

    digest = TextField(primary_key=True)
    client = ForeignKeyField(Client, on_delete="CASCADE")
    request = JSONText()
    interaction = TextField(null=True)  # what it became when it was used, once
    expires_at = BigIntegerField(index=True)

    class Meta:
        table_name = "pushed_requests"


class UsedAssertion(Row):
    """A client assertion that has been used, by the digest of its client and its `jti` (RFC 7523 3)."""

    LASTING = False

    digest = TextField(primary_key=True)
    expires_at = BigIntegerField(index=True)

    class Meta:
        table_name = "used_assertions"
