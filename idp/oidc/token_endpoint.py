"""The token endpoint without HTTP: who calls, with which grant, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from idp import activity, opaque, throttle
from idp.errors import TokenError
from idp.oidc import client_authentication, grants
from idp.oidc.keys import KeySet
from idp.oidc.parameters import Malformed, parse
from idp.storage import grants as stored_grants
from idp.storage.database import transaction
from idp.storage.models import Client

CREDENTIALS = frozenset({"client_id", "client_secret", "grant_type"})


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """One call of the token endpoint, after the client has proved to be itself."""

    client: Client
    form: dict[str, str]
    issuer: str
    keys: KeySet
    now: int
    address: str | None


def respond(
    body: bytes, authorization: str | None, *, issuer: str, keys: KeySet, now: int, address: str | None
) -> dict[str, Any]:
    """The answer to a token request; raises TokenError (RFC 6749 5)."""
    by_type = grants.by_type()
    client_id = None
    try:
        known = CREDENTIALS.union(*(grant.PARAMETERS for grant in by_type.values()))
        try:
            form = parse(body, known)
        except Malformed as malformed:
            raise TokenError("invalid_request", str(malformed), reason="malformed_request") from None
        client_id = form.get("client_id")
        client = _authenticated(authorization, form)
        client_id = client.client_id
        if "grant_type" not in form:
            raise TokenError("invalid_request", "The grant_type is missing.")
        if form["grant_type"] not in by_type:
            raise TokenError("unsupported_grant_type", "This grant_type is not offered.")
        request = TokenRequest(client, form, issuer, keys, now, address)
        answer: dict[str, Any] = by_type[form["grant_type"]].respond(request)
        return answer
    except TokenError as refusal:
        _note(refusal, client_id, address, now)
        raise


def _authenticated(authorization: str | None, form: dict[str, str]) -> Client:
    """The client; a refusal is put down to the sign-in whose code came with it, though the code stays as it is."""
    try:
        return client_authentication.authenticate(authorization, form)
    except TokenError as refusal:
        found = stored_grants.find_by_code(opaque.digest(form["code"])) if "code" in form else None
        refusal.attempt = found[0].attempt if found else None
        raise


def _note(refusal: TokenError, client_id: str | None, address: str | None, now: int) -> None:
    with transaction():
        if refusal.attempt is not None or throttle.may_be_noted(address, now):
            activity.record(
                "token.refused", attempt=refusal.attempt, client=client_id, address=address,
                error=refusal.error, reason=refusal.reason,
            )  # fmt: skip
