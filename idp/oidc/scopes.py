"""The scopes, and the claims that each brings."""

from __future__ import annotations

from collections.abc import Iterable

OPENID = "openid"

# OIDC Core 5.4 as far as accounts here have the claim, and the two that media applications ask for.
CLAIMS: dict[str, tuple[str, ...]] = {
    OPENID: ("sub",),
    "profile": (
        "name", "given_name", "family_name", "nickname", "preferred_username", "picture", "locale", "zoneinfo",
        "updated_at",
    ),
    "email": ("email", "email_verified"),
    "groups": ("groups",),
    "roles": ("roles",),
}  # fmt: skip
SCOPES = tuple(CLAIMS)  # a tuple: discovery lists them in the same order in every process
PROTOCOL_CLAIMS = frozenset({"iss", "sub", "aud", "exp", "iat", "nbf", "jti", "nonce", "at_hash", "c_hash", "azp",
                             "auth_time", "acr", "amr", "sid"})  # fmt: skip


def claims_of(scopes: Iterable[str]) -> list[str]:
    """The user's claims that these scopes bring, in a fixed order, each once; `sub` is everybody's."""
    given = set(scopes)
    return [name for scope in SCOPES if scope in given for name in CLAIMS[scope] if name != "sub"]
