"""What sign-ins gave to clients: grants, codes and tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import BigIntegerField, ForeignKeyField, TextField

from idp.storage.models.clients import Client
from idp.storage.models.people import User
from idp.storage.models.row import JSONText, Row


class Grant(Row):
    """What one sign-in gave a client; its code and tokens hang from it, and revoking it is one UPDATE."""

    if TYPE_CHECKING:
        client_id: Any
    user = ForeignKeyField(User, on_delete="CASCADE")
    client = ForeignKeyField(
        Client, on_delete="CASCADE", index=False
    )  # needed to delete a client; each sign-in would pay
    sid = TextField()
    scopes = JSONText()
    id_token_claims = JSONText(default=list)  # asked for by the `claims` parameter
    userinfo_claims = JSONText(default=list)
    auth_time = BigIntegerField()
    acr = TextField()
    amr = JSONText()
    attempt = TextField()
    created_at = BigIntegerField()
    expires_at = BigIntegerField(index=True)  # when nothing hanging from it can be valid any more
    revoked_at = BigIntegerField(null=True)

    class Meta:
        table_name = "grants"


class Code(Row):
    """An authorization code, by its digest."""

    digest = TextField(primary_key=True)
    grant = ForeignKeyField(Grant, on_delete="CASCADE")
    redirect_uri = TextField()
    code_challenge = TextField(null=True)
    nonce = TextField(null=True)
    expires_at = BigIntegerField()
    used_at = BigIntegerField(null=True)

    class Meta:
        table_name = "codes"


class AccessToken(Row):
    """An access token, by its digest."""

    digest = TextField(primary_key=True)
    grant = ForeignKeyField(Grant, on_delete="CASCADE")
    expires_at = BigIntegerField()

    class Meta:
        table_name = "access_tokens"


class RefreshToken(Row):
    """A refresh token, by its digest; `family` is the first one's digest, `parent` the one it replaced."""

    digest = TextField(primary_key=True)
    grant = ForeignKeyField(Grant, on_delete="CASCADE")
    family = TextField(index=True)
    parent = TextField(null=True)
    expires_at = BigIntegerField()
    used_at = BigIntegerField(null=True)

    class Meta:
        table_name = "refresh_tokens"
