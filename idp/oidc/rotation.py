"""Refresh tokens: who gets them, how long they live, and which one follows which.

What follows from a token can be computed again from that token and a key of this provider, by nobody who has only one of
the two. So whoever repeats a request whose answer was lost gets the same answer, though nothing of it was stored.
"""

from __future__ import annotations

from collections.abc import Collection

from idp import opaque
from idp.oidc.grants import REFRESH_TOKEN
from idp.oidc.scopes import OFFLINE_ACCESS
from idp.oidc.tokens import ACCESS_TOKEN_LIFETIME
from idp.opaque import Kind
from idp.storage import grants, refresh_tokens, settings
from idp.storage.models import Client, Grant

IDLE_LIFETIME = 14 * 86_400  # seconds that a refresh token waits for its use (RFC 9700 4.14.2)
LIFETIME = 30 * 86_400  # seconds since the sign-in; then the person signs in again (OWASP ASVS 10.4.8)
RETRY_WITHIN = 10  # seconds; who asks again so soon hasn't got the answer
_key = settings.remembered_secret("refresh_tokens")


def is_for(client: Client, scopes: Collection[str]) -> bool:
    """Whether a client gets refresh tokens with these scopes (OIDC Core 11)."""
    return (OFFLINE_ACCESS in scopes or client.always_refresh) and REFRESH_TOKEN in client.grant_types


def is_refresh_token(token: str) -> bool:
    """Whether a token says of itself that it is a refresh token."""
    return opaque.is_of(Kind.REFRESH_TOKEN, token)


def start(grant: Grant, now: int) -> str:
    """The first refresh token of a grant, written down; joins the caller's transaction."""
    token = opaque.handle(Kind.REFRESH_TOKEN)
    add(token, grant, now)
    grants.extend(grant.id, grant.created_at + LIFETIME + ACCESS_TOKEN_LIFETIME)
    return token


def add(token: str, grant: Grant, now: int) -> None:
    """Write down a refresh token."""
    refresh_tokens.add(opaque.digest(token), grant.id, min(now + IDLE_LIFETIME, grant.created_at + LIFETIME))


def following(token: str, scopes: Collection[str]) -> tuple[str, str]:
    """The handle of the access token with these scopes, and the refresh token, that take the place of a refresh token."""
    key = _key.value()
    return opaque.derived(Kind.ACCESS_TOKEN, key, token, *scopes), opaque.derived(Kind.REFRESH_TOKEN, key, token)
