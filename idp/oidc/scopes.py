"""The scopes, and the claims that each brings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from idp.oidc.grants import REFRESH_TOKEN
from idp.storage.models import Client

OPENID, OFFLINE_ACCESS = "openid", "offline_access"

# OIDC Core 5.4 as far as accounts here have the claim, and the two that media applications ask for.
CLAIMS: dict[str, tuple[str, ...]] = {
    OPENID: ("sub",),
    "profile": (  # and the custom claims about the person, see custom_claims/sources
        "name", "given_name", "family_name", "nickname", "preferred_username", "picture", "locale", "zoneinfo",
        "updated_at",
    ),
    "email": ("email", "email_verified"),
    "groups": ("groups",),
    "roles": ("roles",),
    OFFLINE_ACCESS: (),  # OIDC Core 11: refresh tokens, also while nobody is signed in
}  # fmt: skip
SCOPES = tuple(CLAIMS)  # a tuple: discovery lists them in the same order in every process


def offered(client: Client) -> list[str]:
    """The scopes that people may be asked for on behalf of a client."""
    may_refresh = REFRESH_TOKEN in client.grant_types
    return [scope for scope in client.scopes if scope in CLAIMS and (may_refresh or scope != OFFLINE_ACCESS)]


def asked_of(client: Client, text: str) -> tuple[str, ...]:
    """Those of the scopes asked for that a client is offered; unknown ones are ignored (RFC 6749 3.3), as applications send
    the names of claims as scopes."""
    asked = text.split(" ")
    return tuple(scope for scope in offered(client) if scope in asked)


def of_its_own(client: Client) -> list[str]:
    """The scopes that a client may have for itself: words of the administrator's, which say nothing about people."""
    return [scope for scope in client.scopes if scope not in CLAIMS]


def still_offered(client: Client, granted: Iterable[str]) -> list[str]:
    """Those of the scopes granted earlier that a client may have now."""
    now = offered(client)
    return [scope for scope in granted if scope in now]


def claims_of(scopes: Iterable[str]) -> list[str]:
    """The user's claims that these scopes bring, in a fixed order, each once; `sub` is everybody's."""
    given = set(scopes)
    return [name for scope in SCOPES if scope in given for name in CLAIMS[scope] if name != "sub"]


def still_covered(client: Client, asked: Sequence[str]) -> list[str]:
    """Those of the claims asked for one by one that a client's scopes cover now: one may be taken away while a
    grant goes on for weeks."""
    if not asked:  # nearly always
        return []
    covered = claims_of(client.scopes)
    return [name for name in asked if name in covered]
