"""A call of an endpoint that clients call themselves: read strictly, put down to a client that proves itself, answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from idp import activity, endpoints, opaque, throttle
from idp.errors import NotYet, TokenError
from idp.oidc import client_authentication, client_health
from idp.oidc.keys import KeySet
from idp.oidc.parameters import Malformed, parse
from idp.storage import device_codes, grants, refresh_tokens
from idp.storage.database import transaction
from idp.storage.models import Client

CREDENTIALS = frozenset({"client_id", "client_secret", "client_assertion_type", "client_assertion"})


@dataclass(frozen=True, slots=True)
class ClientCall:
    """One call, after the client has proved to be itself."""

    client: Client
    form: dict[str, str]
    issuer: str
    keys: KeySet
    now: int
    address: str | None


class Endpoint(Protocol):
    """What such an endpoint is: a module of this package."""

    PARAMETERS: frozenset[str]  # the form fields it reads, besides those of client authentication
    REFUSED: str  # the event of the activity log

    def respond(self, call: ClientCall) -> dict[str, Any]:
        """The answer, or TokenError."""


def answer(
    endpoint: Endpoint,
    body: bytes,
    authorization: str | None,
    *,
    issuer: str,
    keys: KeySet,
    path: str,
    now: int,
    address: str | None,
) -> tuple[Client, dict[str, Any]]:
    """The client that calls and what it is answered; raises TokenError (RFC 6749 5.2), naming the client once it's known."""
    client, client_id = None, None
    try:
        try:
            form = parse(body, endpoint.PARAMETERS | CREDENTIALS)
        except Malformed as malformed:
            raise TokenError("invalid_request", str(malformed), reason="malformed_request") from None
        client_id = form.get("client_id")
        audiences = (issuer, issuer + endpoints.TOKEN, issuer + path)
        client = _authenticated(endpoint, authorization, form, audiences, address)
        client_id = client.client_id
        return client, endpoint.respond(ClientCall(client, form, issuer, keys, now, address))
    except TokenError as refusal:
        refusal.client = client
        if not isinstance(refusal, NotYet):
            _note(endpoint.REFUSED, refusal, client_id or refusal.client_id, address, now)
        raise


def _authenticated(
    endpoint: Endpoint, authorization: str | None, form: dict[str, str], audiences: tuple[str, ...], address: str | None
) -> Client:
    """The client; a refusal is put down to the sign-in whose code or token came with it, though these stay as they are."""
    try:
        return client_authentication.authenticate(
            authorization,
            form,
            audiences=audiences,
            either_secret=getattr(endpoint, "EITHER_SECRET", False),
            address=address,
        )
    except TokenError as refusal:
        refusal.attempt = _attempt_of(form)
        raise


def _attempt_of(form: dict[str, str]) -> str | None:
    if "code" in form:
        by_code = grants.find_by_code(opaque.digest(form["code"]))
        return by_code[0].attempt if by_code else None
    if "device_code" in form:
        by_device = device_codes.find(opaque.digest(form["device_code"]))
        return by_device.attempt if by_device else None
    by_token = refresh_tokens.find(opaque.digest(form["refresh_token"])) if "refresh_token" in form else None
    return by_token[1].attempt if by_token else None


def _note(event: str, refusal: TokenError, client_id: str | None, address: str | None, now: int) -> None:
    # That it belongs to a sign-in proves nothing: anybody has a code of their own, or of a device.
    has_proved = refusal.client is not None and not refusal.client.is_public
    with transaction():
        if (has_proved and refusal.attempt is not None) or throttle.may_be_noted(address, now):
            activity.record(
                event, attempt=refusal.attempt, client=client_id, address=address, error=refusal.error,
                reason=refusal.reason, **refusal.noted,
            )  # fmt: skip
            client_health.token_refused(client_id, refusal.reason, now)
