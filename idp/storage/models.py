"""The tables, one class a noun. Instants end in `_at` (epoch seconds), one-way values in `_digest`.

Columns hold JSON where the shape belongs to somebody else: the authorization request, a credential's data. The tables
themselves are made by the migrations; a test holds the two against each other.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from peewee import BigIntegerField, BooleanField, ForeignKeyField, IntegerField, Model, TextField

from idp.storage.database import db


class JSONText(TextField):
    """A JSON value kept as text, so that SQLite and PostgreSQL hold the same bytes."""

    def db_value(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value, separators=(",", ":"))

    def python_value(self, value: str | None) -> Any:
        return None if value is None else json.loads(value)


class Row(Model):
    if TYPE_CHECKING:  # what peewee adds: the row's own key, and the keys behind references
        id: Any
        user_id: Any
        session_id: Any

    class Meta:
        database = db
        legacy_table_names = False


class User(Row):
    """A person. `sub` never changes and is never given to another one; neither is `username`."""

    sub = TextField(unique=True)
    username = TextField(unique=True)
    email = TextField(null=True, unique=True)
    email_verified = BooleanField(default=False)
    display_name = TextField(null=True)
    given_name = TextField(null=True)
    family_name = TextField(null=True)
    nickname = TextField(null=True)
    picture = TextField(null=True)
    locale = TextField(null=True)
    zoneinfo = TextField(null=True)
    is_admin = BooleanField(default=False)
    disabled_at = BigIntegerField(null=True)
    created_at = BigIntegerField()
    updated_at = BigIntegerField()

    class Meta:
        table_name = "users"

    @property
    def shown_name(self) -> str:
        """What pages call this person."""
        return self.display_name or self.username


class RetiredName(Row):
    """A user name that has been used and is never given out again: applications hang accounts on it."""

    username = TextField(primary_key=True)
    retired_at = BigIntegerField()

    class Meta:
        table_name = "retired_names"


class Credential(Row):
    """One enrolled authenticator of a user; what `data` holds is that authenticator's business."""

    user = ForeignKeyField(User, backref="credentials", on_delete="CASCADE")
    authenticator = TextField()
    name = TextField(default="")
    data = JSONText()
    created_at = BigIntegerField()
    last_used_at = BigIntegerField(null=True)

    class Meta:
        table_name = "credentials"


class Group(Row):
    """A name that people share; `groups` claims carry it."""

    name = TextField(unique=True)
    display_name = TextField(null=True)
    created_at = BigIntegerField()

    class Meta:
        table_name = "groups"


class Membership(Row):
    """A user's place in a group."""

    user = ForeignKeyField(User, on_delete="CASCADE")
    group = ForeignKeyField(Group, on_delete="CASCADE")

    class Meta:
        table_name = "memberships"
        indexes = ((("user", "group"), True),)


class Client(Row):
    """An application that signs people in here (RFC 7591 names where they exist)."""

    client_id = TextField(unique=True)
    name = TextField(unique=True)
    secret_digest = TextField(null=True)  # absent exactly for public clients
    auth_method = TextField(null=True)  # absent: client_secret_basic and client_secret_post both count
    redirect_uris = JSONText()
    post_logout_redirect_uris = JSONText(default=list)
    scopes = JSONText()
    allowed_groups = JSONText(default=list)  # names; empty means everybody
    require_pkce = BooleanField(default=False)
    skip_consent = BooleanField(default=False)
    id_token_alg = TextField(default="RS256")
    id_token_claims = BooleanField(default=True)  # scope claims in the ID token too, not only at userinfo
    app_url = TextField(null=True)
    logo_uri = TextField(null=True)
    policy_uri = TextField(null=True)
    tos_uri = TextField(null=True)
    disabled_at = BigIntegerField(null=True)
    created_at = BigIntegerField()
    updated_at = BigIntegerField()

    class Meta:
        table_name = "clients"

    @property
    def is_public(self) -> bool:
        """Whether this client can't keep a secret."""
        return self.auth_method == "none"


class Session(Row):
    """What one browser is to us: a cookie's digest, the proofs made in it, and who they add up to."""

    digest = TextField(unique=True)
    sid = TextField(unique=True)  # the `sid` claim; tells nothing about the cookie
    user = ForeignKeyField(User, null=True, on_delete="CASCADE")
    proofs = JSONText(default=list)
    data = JSONText(default=dict)  # Flask's session mapping: the anti-forgery token
    address = TextField(null=True)
    user_agent = TextField(null=True)
    created_at = BigIntegerField()
    seen_at = BigIntegerField()
    expires_at = BigIntegerField(index=True)

    class Meta:
        table_name = "sessions"


class Interaction(Row):
    """A pending authorization request and the person's answers to it; no column says how far they are."""

    id = TextField(primary_key=True)
    session = ForeignKeyField(Session, on_delete="CASCADE")
    client = ForeignKeyField(Client, null=True, on_delete="CASCADE")  # absent: somebody signs in to their own account
    request = JSONText()
    answers = JSONText(default=dict)
    attempt = TextField()
    started_at = BigIntegerField()
    expires_at = BigIntegerField(index=True)

    class Meta:
        table_name = "interactions"


class Consent(Row):
    """What a user has once allowed a client to read."""

    user = ForeignKeyField(User, on_delete="CASCADE")
    client = ForeignKeyField(Client, on_delete="CASCADE")
    scopes = JSONText()
    claims = JSONText(default=list)
    granted_at = BigIntegerField()

    class Meta:
        table_name = "consents"
        indexes = ((("user", "client"), True),)


class Grant(Row):
    """What one sign-in gave a client; its code and tokens hang from it, and revoking it is one UPDATE."""

    if TYPE_CHECKING:
        client_id: Any
    user = ForeignKeyField(User, on_delete="CASCADE")
    client = ForeignKeyField(Client, on_delete="CASCADE")
    sid = TextField(index=True)
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


class Link(Row):
    """A one-time link, by its digest and what it is for."""

    digest = TextField(primary_key=True)
    purpose = TextField()
    user = ForeignKeyField(User, null=True, on_delete="CASCADE")
    created_at = BigIntegerField()
    expires_at = BigIntegerField(index=True)
    used_at = BigIntegerField(null=True)

    class Meta:
        table_name = "links"


class Throttle(Row):
    """Failures counted against one key within one window."""

    key = TextField(primary_key=True)
    failures = IntegerField()
    expires_at = BigIntegerField(index=True)

    class Meta:
        table_name = "throttles"


class Activity(Row):
    """One thing that happened; `attempt` ties the rows of one sign-in together."""

    at = BigIntegerField(index=True)
    event = TextField()
    attempt = TextField(null=True, index=True)
    username = TextField(null=True, index=True)
    client_id = TextField(null=True, index=True)
    address = TextField(null=True)
    detail = JSONText(default=dict)

    class Meta:
        table_name = "activities"


class Setting(Row):
    """A value that all processes and machines of this provider share."""

    name = TextField(primary_key=True)
    value = TextField()

    class Meta:
        table_name = "settings"


TABLES = (
    Setting, User, RetiredName, Credential, Group, Membership, Client, Session, Interaction, Consent, Grant, Code,
    AccessToken, RefreshToken, Link, Throttle, Activity,
)  # fmt: skip
