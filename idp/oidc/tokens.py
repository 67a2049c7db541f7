"""ID tokens and access tokens: what stands in them and how long they live."""

from __future__ import annotations

import hashlib
from typing import Any

from idp import opaque
from idp.oidc import claims
from idp.oidc.jwt import RS256, b64url
from idp.oidc.keys import KeySet
from idp.oidc.scopes import claims_of, still_covered
from idp.opaque import Kind
from idp.storage.grants import NewGrant
from idp.storage.models import Client, Grant, User
from idp.subject_identifier import subject_identifier

ACCESS_TOKEN_LIFETIME = 3_600  # seconds
OPAQUE, JWT = "opaque", "jwt"
ACCESS_TOKEN_FORMATS = (OPAQUE, JWT)
ID_TOKEN_LIFETIME = 3_600  # seconds; applications' clocks may be a few minutes off


def new_handle() -> str:
    """A fresh handle for an access token."""
    return opaque.handle(Kind.ACCESS_TOKEN)


def access_token(
    handle: str,
    *,
    issuer: str,
    keys: KeySet,
    client: Client,
    grant: Grant | None,
    user: User | None,
    scopes: list[str],
    now: int,
) -> str:
    """The access token that a client is given: the handle, or for a client that wants it a JWT made of it (RFC 9068).

    The same handle and instant make the same JWT again, as long as nothing that it tells has changed. A grant and a user are
    absent where a client acts for itself.
    """
    if client.access_token_format != JWT:
        return handle
    payload: dict[str, Any] = {
        "iss": issuer,
        "sub": client.client_id,
        "aud": client.client_id,  # RFC 9068 3: applications here are their own resource
        "client_id": client.client_id,
        "iat": now,
        "exp": now + ACCESS_TOKEN_LIFETIME,
        "jti": opaque.digest(handle)[:32],
        "scope": " ".join(scopes),
    }
    if user is not None and grant is not None:
        payload |= claims.about(user, [name for name in ("groups", "roles") if name in scopes])
        payload |= {
            "sub": subject_identifier(user, client),
            "auth_time": grant.auth_time,
            "acr": grant.acr,
            "amr": grant.amr,
        }
    return keys.sign(RS256, payload, typ="at+jwt")  # RFC 9068 2.1: the algorithm that every resource knows


def id_token(
    *,
    issuer: str,
    keys: KeySet,
    client: Client,
    user: User,
    grant: Grant,
    scopes: list[str],
    nonce: str | None,
    access_token: str,
    now: int,
) -> str:
    """A signed ID token about a grant (OIDC Core 2)."""
    payload = id_token_claims(
        issuer=issuer, client=client, user=user, grant=grant, scopes=scopes, nonce=nonce, access_token=access_token, now=now
    )  # fmt: skip
    return keys.sign(client.id_token_alg, payload)


def id_token_claims(
    *,
    issuer: str,
    client: Client,
    user: User,
    grant: Grant | NewGrant,
    scopes: list[str],
    nonce: str | None,
    access_token: str,
    now: int,
) -> dict[str, Any]:
    """What stands in an ID token.

    Claims about the person can't displace those of the protocol: these are written last. Custom ones are written first.
    """
    # Many applications read only the ID token, so the scopes' claims stand here too unless the client switched that off;
    # half of them would be worse than none, as some then skip userinfo.
    told = scopes if client.id_token_claims else []
    payload = {
        **claims.custom(user, client, told, grant.id_token_claims, of_client=client.id_token_claims),
        **claims.about(user, dict.fromkeys([*claims_of(told), *still_covered(client, grant.id_token_claims)])),
    }
    payload |= {
        "iss": issuer,
        "sub": subject_identifier(user, client),
        "aud": client.client_id,
        "iat": now,
        "exp": now + ID_TOKEN_LIFETIME,
        "auth_time": grant.auth_time,
        "acr": grant.acr,
        "amr": grant.amr,
        "sid": grant.sid,
        "at_hash": _left_half(client.id_token_alg, access_token),
    }
    if nonce is not None:
        payload["nonce"] = nonce
    return payload


def _left_half(alg: str, token: str) -> str:
    """The first half of a token's hash (OIDC Core 3.1.3.6); EdDSA with Ed25519 hashes with SHA-512 inside."""
    digest = (hashlib.sha512 if alg == "EdDSA" else hashlib.sha256)(token.encode()).digest()
    return b64url(digest[: len(digest) // 2])
