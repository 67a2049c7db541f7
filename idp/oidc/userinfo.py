"""The userinfo endpoint without HTTP: from an access token to claims."""

from __future__ import annotations

from typing import Any

from idp import activity, opaque
from idp.errors import BearerError
from idp.oidc import claims
from idp.oidc.keys import KeySet
from idp.oidc.scopes import claims_of, still_covered
from idp.storage import access_tokens, grants
from idp.storage.database import Unavailable, transaction
from idp.storage.grants import NewGrant
from idp.storage.models import Client, Grant, User
from idp.subject_identifier import subject_identifier

LONGEST_TOKEN = 16_384  # characters; a JWT names groups


def bearer_token(authorization: str | None, form_token: str | None) -> str:
    """The access token of a request, from its header or its form (RFC 6750 2.1, 2.2); raises BearerError.

    A token in the query is never looked at: queries end up in logs and histories.
    """
    scheme, _, token = (authorization or "").partition(" ")
    header_token = token.strip(" ") if scheme.lower() == "bearer" else None
    if header_token and form_token:
        raise BearerError("invalid_request", "The token was sent twice.", status=400)
    found = header_token or form_token
    if not found and scheme.lower() == "bearer":
        raise BearerError("invalid_request", "There is no token after Bearer.", status=400)
    if not found:  # RFC 6750 3.1: no error code for who hasn't tried, or in another way
        raise BearerError(None)
    return found


def claims_for(token: str, now: int, address: str | None = None) -> tuple[Client, dict[str, Any]]:
    """Whose access token it is, and the claims it opens; raises BearerError (OIDC Core 5.3).

    That it was asked goes into the activity log once a sign-in, so every later call costs no more than a look at its row.
    """
    found = access_tokens.find_alive_of_person(opaque.digest(token), now) if len(token) <= LONGEST_TOKEN else None
    if found is None:
        raise BearerError("invalid_token", "The access token is unknown, expired or revoked.")
    access_token, grant, user, client = found
    if grant.userinfo_at is None:
        _note(grant, user, client, address, now)
    scopes = grant.scopes if access_token.scopes is None else access_token.scopes
    return client, claims_of_grant(user, client, grant, scopes)


def _note(grant: Grant, user: User, client: Client, address: str | None, now: int) -> None:
    try:
        with transaction():
            if grants.note_userinfo(grant.id, now):
                activity.record(
                    "userinfo.asked", attempt=grant.attempt, user=user.username, client=client.client_id, address=address
                )  # fmt: skip
    except Unavailable:
        pass  # a full disk or a busy database is no reason to keep from an application what can be read


def claims_of_grant(user: User, client: Client, grant: Grant | NewGrant, scopes: list[str]) -> dict[str, Any]:
    """The claims about a person that a grant opens, as far as these scopes go."""
    names = dict.fromkeys([*claims_of(scopes), *still_covered(client, grant.userinfo_claims)])
    told = {**claims.custom(user, client, scopes, grant.userinfo_claims), **claims.about(user, names)}
    return {**told, "sub": subject_identifier(user, client)}


def signed(told: dict[str, Any], client: Client, *, issuer: str, keys: KeySet) -> str:
    """The claims as a JWT, for a client that wants them signed (OIDC Core 5.3.2)."""
    assert client.userinfo_alg is not None
    return keys.sign(client.userinfo_alg, {**told, "iss": issuer, "aud": client.client_id})
