"""What sign-ins gave to clients: grants with their codes, and tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import BigIntegerField, ForeignKeyField, TextField

from idp.storage.models.clients import Client
from idp.storage.models.people import User
from idp.storage.models.row import JSONText, Row


class Grant(Row):
    """What one sign-in gave a client, with the code that fetches it; tokens hang from it, and revoking it is one UPDATE.

    The code stands in the same row, as there is one a sign-in: a table of its own would double what each one writes.
    """

    LASTING = False

    if TYPE_CHECKING:
        client_id: Any
    user = ForeignKeyField(User, null=True, on_delete="CASCADE")  # absent where a client acts for itself
    # No index: it is needed to delete a client only, and each sign-in would pay for it.
    client = ForeignKeyField(Client, on_delete="CASCADE", index=False)
    sid = TextField(null=True)
    scopes = JSONText()
    id_token_claims = JSONText(default=list)  # asked for by the `claims` parameter
    userinfo_claims = JSONText(default=list)
    auth_time = BigIntegerField(null=True)
    acr = TextField(null=True)
    amr = JSONText(null=True)
    attempt = TextField()
    created_at = BigIntegerField()
    expires_at = BigIntegerField(index=True)  # when nothing hanging from it can be valid any more
    revoked_at = BigIntegerField(null=True)
    code_digest = TextField(null=True, unique=True)  # absent, like all about the code, where a client acts for itself
    code_expires_at = BigIntegerField(null=True)
    code_used_at = BigIntegerField(null=True)
    code_challenge = TextField(null=True)
    redirect_uri = TextField(null=True)
    nonce = TextField(null=True)
    userinfo_at = BigIntegerField(null=True)  # when its client first asked for the person's details

    class Meta:
        table_name = "grants"


class AccessToken(Row):
    """An access token, by its digest."""

    LASTING = False

    digest = TextField(primary_key=True)
    grant = ForeignKeyField(Grant, on_delete="CASCADE")
    expires_at = BigIntegerField()
    scopes = JSONText(null=True)  # where a client asked for fewer than the grant has

    class Meta:
        table_name = "access_tokens"


class RefreshToken(Row):
    """A refresh token, by its digest; all of one grant are one family, of which at most one is unused."""

    LASTING = False

    digest = TextField(primary_key=True)
    grant = ForeignKeyField(Grant, on_delete="CASCADE")
    expires_at = BigIntegerField()
    used_at = BigIntegerField(null=True)

    class Meta:
        table_name = "refresh_tokens"
