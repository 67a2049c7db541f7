"""Revocation: an application gives back a token that it needs no more (RFC 7009)."""

from __future__ import annotations

from typing import Any

from idp import activity, opaque
from idp.errors import TokenError
from idp.oidc import jwt
from idp.oidc.client_call import ClientCall
from idp.oidc.rotation import is_refresh_token
from idp.storage import access_tokens, grants, refresh_tokens
from idp.storage.database import transaction
from idp.storage.models import Grant, User

REFUSED = "revocation.refused"
# A wrong hint changes nothing (RFC 7009 2.1), so none is looked at.
PARAMETERS = frozenset({"token", "token_type_hint"})


def respond(call: ClientCall) -> dict[str, Any]:
    """Nothing, and the token is worth nothing; a token that nobody knows isn't either (RFC 7009 2.2)."""
    if "token" not in call.form:
        raise TokenError("invalid_request", "The token is missing.")
    token = call.form["token"]
    digest = opaque.digest(token)
    if is_refresh_token(token):
        if by_refresh_token := refresh_tokens.find(digest):
            _end_grant(call, *by_refresh_token[1:])
    elif by_access_token := access_tokens.find(digest):
        _end_token(call, digest, *by_access_token[1:])
    elif _is_another_of_ours(call, token):
        raise TokenError("unsupported_token_type", "Access and refresh tokens can be revoked, others can not.")
    return {}


def _end_grant(call: ClientCall, grant: Grant, user: User) -> None:
    """A refresh token stands for all that came and could come of its grant (RFC 7009 2.1)."""
    _check_owner(call, grant)
    with transaction(durable=True):
        if grants.revoke(grant.id, call.now):
            _record(call, "grant.revoked", grant, user)


def _end_token(call: ClientCall, digest: str, grant: Grant, user: User | None) -> None:
    _check_owner(call, grant)
    with transaction(durable=True):
        if access_tokens.end(digest, call.now):
            _record(call, "token.revoked", grant, user)


def _check_owner(call: ClientCall, grant: Grant) -> None:
    if grant.client_id != call.client.id:
        raise TokenError(
            "invalid_grant", "The token was given to another client.", reason="token_of_another_client",
            attempt=grant.attempt,
        )  # fmt: skip


def _record(call: ClientCall, event: str, grant: Grant, user: User | None) -> None:
    activity.record(
        event, attempt=grant.attempt, user=user.username if user else None, client=call.client.client_id,
        address=call.address, reason="given_back",
    )  # fmt: skip


def _is_another_of_ours(call: ClientCall, token: str) -> bool:
    """Whether it's an ID token: whoever wants to revoke it has to learn that this can't be done (RFC 7009 2.2.1)."""
    try:
        found = jwt.take_apart(token)
    except ValueError:
        return False
    return found.header.get("typ") == "JWT" and call.keys.verify(found)
