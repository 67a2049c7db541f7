"""Introspection: what a token is worth now, told to the application it was given to or that takes it (RFC 7662)."""

from __future__ import annotations

from typing import Any

from idp import opaque
from idp.errors import TokenError
from idp.oidc import claims
from idp.oidc.client_call import ClientCall
from idp.oidc.rotation import is_refresh_token
from idp.oidc.tokens import ACCESS_TOKEN_LIFETIME
from idp.storage import access_tokens, clients, refresh_tokens
from idp.storage.models import Grant, User
from idp.subject_identifier import USERNAME, subject_identifier

REFUSED = "introspection.refused"
PARAMETERS = frozenset({"token", "token_type_hint"})  # the hint is of no use: tokens tell by themselves what they are


def respond(call: ClientCall) -> dict[str, Any]:
    """What stands behind a token; of one that is worth nothing, or none of this client's business, only that."""
    if call.client.is_public:  # RFC 7662 2.1: who asks has to prove who it is
        raise TokenError(
            "invalid_client", "Only a client with a secret may ask about tokens.", status=401, reason="public_client"
        )
    if "token" not in call.form:
        raise TokenError("invalid_request", "The token is missing.")
    about = _refresh_token if is_refresh_token(call.form["token"]) else _access_token
    return about(call, opaque.digest(call.form["token"])) or {"active": False}  # RFC 7662 2.2


def _access_token(call: ClientCall, digest: str) -> dict[str, Any] | None:
    found = access_tokens.find_alive(digest, call.now)
    if found is None:
        return None
    token, grant, user = found
    client_id = _client_id(call, grant)
    if client_id is None:
        return None
    scopes = grant.scopes if token.scopes is None else token.scopes
    told = _about(call, client_id, grant, user, scopes)
    return told | {
        "token_type": "Bearer", "exp": token.expires_at, "iat": token.expires_at - ACCESS_TOKEN_LIFETIME,
        "aud": client_id,
    }  # fmt: skip


def _client_id(call: ClientCall, grant: Grant) -> str | None:
    """Whose token it is, if that may be told to who asks."""
    if grant.client_id == call.client.id:
        return call.client.client_id
    return clients.id_of(grant.client_id) if call.client.introspects_all else None


def _refresh_token(call: ClientCall, digest: str) -> dict[str, Any] | None:
    """Of its own client only: for anybody else it opens nothing, and mustn't look as if it did."""
    found = refresh_tokens.find_alive(digest, call.now)
    if found is None:
        return None
    token, grant, user = found
    if grant.client_id != call.client.id:
        return None
    return _about(call, call.client.client_id, grant, user, grant.scopes) | {"exp": token.expires_at}


def _about(call: ClientCall, client_id: str, grant: Grant, user: User | None, scopes: list[str]) -> dict[str, Any]:
    told = {"active": True, "iss": call.issuer, "client_id": client_id, "scope": " ".join(scopes)}
    if user is None:  # a client's own, RFC 7662 2.2 with RFC 9068 2.2
        # A person may be called like a client: where people go by their names, a client has none (RFC 9700 4.15).
        return told if call.client.subject_source == USERNAME else told | {"sub": client_id}
    # As the asking application knows the person (RFC 7662 5): what another one calls them is none of its business.
    told |= {"sub": subject_identifier(user, call.client)}
    told |= {"auth_time": grant.auth_time, "acr": grant.acr, "amr": grant.amr}  # RFC 9470 6.2
    if "profile" in scopes:
        told["username"] = user.username
    return told | (claims.about(user, ["groups"]) if "groups" in scopes else {})
