"""What tests begin with: rows for a person, a client, a browser's session, a grant and a code."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from typing import Any

from idp import clock, opaque
from idp.assurance import Factor, Proof
from idp.oidc.jwt import b64url
from idp.oidc.scopes import SCOPES
from idp.opaque import Kind
from idp.storage import access_tokens, grants, refresh_tokens, sessions
from idp.storage.models import Client, Grant, Group, Membership, Session, User

PASSWORD = "correct horse battery staple"
SECRET = "a-client-secret-of-forty-odd-characters-01"
REDIRECT_URI = "https://app.example.org/callback"
VERIFIER = "a-verifier-that-has-at-least-forty-three-characters"
CHALLENGE = b64url(hashlib.sha256(VERIFIER.encode()).digest())


def user(username: str = "ada", *, groups: Iterable[str] = (), **fields: Any) -> User:
    """A person, in groups that are made as needed."""
    now = clock.now()
    row = {"sub": str(uuid.uuid4()), "username": username, "email": f"{username}@example.org", "email_verified": True,
           "created_at": now, "updated_at": now}  # fmt: skip
    person = User.create(**{**row, **fields})
    for name in groups:
        group = Group.get_or_none(Group.name == name) or Group.create(name=name, created_at=now)
        Membership.create(user=person, group=group)
    return person


def client(client_id: str = "app", **fields: Any) -> Client:
    """A client; confidential with SECRET unless its auth_method is none or private_key_jwt."""
    now = clock.now()
    digest = None if fields.get("auth_method") in ("none", "private_key_jwt") else opaque.digest(SECRET)
    row = {"client_id": client_id, "name": f"The {client_id}", "secret_digest": digest, "redirect_uris": [REDIRECT_URI],
           "scopes": list(SCOPES), "created_at": now, "updated_at": now}  # fmt: skip
    return Client.create(**{**row, **fields})


def proof(*, at: int | None = None, interaction: str = "earlier") -> Proof:
    """A password's proof."""
    instant = clock.now() if at is None else at
    return Proof("password", frozenset({Factor.KNOWLEDGE}), ("pwd",), instant, interaction)


def code_proof(*, at: int | None = None, interaction: str = "earlier") -> Proof:
    """An authenticator app's proof."""
    instant = clock.now() if at is None else at
    return Proof("totp", frozenset({Factor.POSSESSION}), ("otp",), instant, interaction, identifies=False)


def passkey_proof(
    *, at: int | None = None, interaction: str = "earlier", verified: bool = True, identifies: bool = True
) -> Proof:
    """A synced passkey's proof, of a user that it verified or didn't."""
    instant = clock.now() if at is None else at
    factors = {Factor.POSSESSION, Factor.INHERENCE} if verified else {Factor.POSSESSION}
    amr = ("swk", "user") if verified else ("swk",)
    return Proof("passkey", frozenset(factors), amr, instant, interaction, identifies=identifies)


def session(person: User | None = None, *proofs: Proof) -> tuple[Session, str]:
    """A browser's session and its handle, signed in when there is a person."""
    made = [each.to_json() for each in (proofs or ([proof()] if person else []))]
    return sessions.start(clock.now(), user=person, proofs=made)


def grant(person: User, application: Client, **fields: Any) -> Grant:
    """What a sign-in gave a client."""
    now = clock.now()
    values: dict[str, Any] = {
        "user": person, "client": application, "sid": opaque.identifier(), "scopes": ["openid"], "id_token_claims": [],
        "userinfo_claims": [], "auth_time": now, "acr": "aal1", "amr": ["pwd"], "attempt": opaque.identifier(),
        "created_at": now, "expires_at": now + 3_660, "code_digest": opaque.digest(opaque.handle(Kind.CODE)),
        "code_expires_at": now + 60, "code_challenge": CHALLENGE, "redirect_uri": REDIRECT_URI, "nonce": "n-0S6_WzA2Mj",
        **fields,
    }  # fmt: skip
    grants.add(grants.NewGrant(**values))
    return Grant.get(Grant.code_digest == values["code_digest"])


def code(of: Grant, **fields: Any) -> str:
    """A fresh code for a grant in place of the one it has; returns the handle that a client is sent."""
    handle = opaque.handle(Kind.CODE)
    values = {"code_digest": opaque.digest(handle), "code_used_at": None, "code_expires_at": clock.now() + 60}
    Grant.update(**{**values, **fields}).where(Grant.id == of.id).execute()
    return handle


def grant_of(code: str) -> Grant:
    """The stored grant that a code fetches."""
    return Grant.get(Grant.code_digest == opaque.digest(code))


def refresh_token(of: Grant, lifetime: int = 14 * 86_400) -> str:
    """A refresh token of a grant, whose code has been exchanged."""
    handle = opaque.handle(Kind.REFRESH_TOKEN)
    refresh_tokens.add(opaque.digest(handle), of.id, clock.now() + lifetime)
    Grant.update(code_used_at=clock.now()).where(Grant.id == of.id).execute()
    return handle


def access_token(of: Grant, lifetime: int = 3_600) -> str:
    """An access token of a grant."""
    handle = opaque.handle(Kind.ACCESS_TOKEN)
    access_tokens.add(opaque.digest(handle), of.id, clock.now() + lifetime)
    return handle
