"""Browsers, the sign-ins under way in them, and what people have allowed for good."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, ForeignKeyField, TextField

from idp.storage.models.clients import Client
from idp.storage.models.people import User
from idp.storage.models.row import JSONText, Row


class Session(Row):
    """What one browser is to us: a cookie's digest, the proofs made in it, and who they add up to."""

    LASTING = False

    digest = TextField(unique=True)
    sid = TextField(unique=True)  # the `sid` claim; tells nothing about the cookie
    user = ForeignKeyField(User, null=True, on_delete="CASCADE")
    proofs = JSONText(default=list)
    is_kept = BooleanField(default=False)  # the person wants to stay signed in on this device
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

    LASTING = False

    id = TextField(primary_key=True)
    session = ForeignKeyField(Session, on_delete="CASCADE")
    client = ForeignKeyField(Client, null=True, on_delete="CASCADE")  # absent: somebody signs in to their own account
    request = JSONText()
    answers = JSONText(default=dict)
    challenge = TextField()  # what a passkey has to sign, once
    attempt = TextField()
    started_at = BigIntegerField()
    expires_at = BigIntegerField(index=True)

    class Meta:
        table_name = "interactions"


class Consent(Row):
    """What a user has once allowed a client to read."""

    LASTING = True

    user = ForeignKeyField(User, on_delete="CASCADE")
    client = ForeignKeyField(Client, on_delete="CASCADE")
    scopes = JSONText()
    claims = JSONText(default=list)
    granted_at = BigIntegerField()

    class Meta:
        table_name = "consents"
        indexes = ((("user", "client"), True),)
