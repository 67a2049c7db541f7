"""Tokens for an application on its own behalf, without any person (RFC 6749 4.4)."""

from __future__ import annotations

from typing import Any

from idp import activity, opaque
from idp.errors import TokenError
from idp.oidc import scopes, tokens
from idp.oidc.client_call import ClientCall
from idp.oidc.grants import CLIENT_CREDENTIALS
from idp.storage import access_tokens, grants
from idp.storage.database import transaction

GRANT_TYPE = CLIENT_CREDENTIALS
PARAMETERS = frozenset({"scope"})


def respond(call: ClientCall) -> dict[str, Any]:
    """An access token that stands for the client itself: no ID token, and no refresh token (RFC 6749 4.4.3)."""
    granted = _scopes(call)
    attempt = opaque.identifier()
    access_token = tokens.access_token(
        tokens.new_handle(), issuer=call.issuer, keys=call.keys, client=call.client, grant=None, user=None,
        scopes=granted, now=call.now,
    )  # fmt: skip
    ends = call.now + tokens.ACCESS_TOKEN_LIFETIME
    with transaction():
        grant = grants.add_for_client(call.client, granted, attempt, call.now, ends)
        access_tokens.add(opaque.digest(access_token), grant, ends)
        activity.record(
            "token.issued", attempt=attempt, client=call.client.client_id, address=call.address, grant_type=GRANT_TYPE,
            scopes=granted,
        )  # fmt: skip
    return {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": tokens.ACCESS_TOKEN_LIFETIME,
        **({"scope": " ".join(granted)} if granted else {}),  # RFC 6749 3.3: a list of scopes is never empty
    }


def _scopes(call: ClientCall) -> list[str]:
    """All that the client may have for itself, or the part of it that it asks for; nothing about people is in it."""
    own = scopes.of_its_own(call.client)
    asked = call.form.get("scope", "").split()
    if not set(asked) <= set(own):
        raise TokenError("invalid_scope", "The client may not have one of these scopes for itself.")
    return [scope for scope in own if scope in asked] if asked else own
