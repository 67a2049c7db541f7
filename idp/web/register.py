"""`/register`: applications register themselves with a token of an administrator's, and manage that (RFC 7591, RFC 7592).

A registration's own address is this one with its client_id in the query. No other origin's page may read any of it: a page
in a browser is no place for an administrator's token.
"""

from __future__ import annotations

from collections.abc import Callable

from idp import activity, clock, throttle
from idp.endpoints import REGISTRATION
from idp.errors import BearerError, TokenError
from idp.oidc import dynamic_registration
from idp.oidc.parameters import Malformed, parse
from idp.oidc.registered_metadata import wrong
from idp.oidc.userinfo import bearer_token
from idp.storage.database import transaction
from idp.storage.models import Client
from idp.web import bearer
from idp.web.direct import Call, Endpoint, in_json
from idp.web.headers import KEPT_NOWHERE, Answer

_JSON = "application/json"


def register(call: Call) -> Answer:
    """201 with the new client."""
    now = clock.now()
    handle = bearer_token(call.authorization, None)
    members = dynamic_registration.register(
        handle, _json(call), issuer=call.wired.config.issuer, now=now, address=call.address
    )
    return in_json(201, members, *KEPT_NOWHERE)


def show(call: Call) -> Answer:
    """200 with what is registered."""
    client, handle = _managed(call)
    return in_json(200, dynamic_registration.show(client, handle, issuer=call.wired.config.issuer), *KEPT_NOWHERE)


def replace(call: Call) -> Answer:
    """200 with what is registered now."""
    client, handle = _managed(call)
    members = dynamic_registration.replace(client, handle, _json(call), issuer=call.wired.config.issuer)
    return in_json(200, members, *KEPT_NOWHERE)


def delete(call: Call) -> Answer:
    """204: the client is gone, with all that was granted to it."""
    client, _ = _managed(call)
    dynamic_registration.delete(client)
    return 204, [*KEPT_NOWHERE], b""


def _managed(call: Call) -> tuple[Client, str]:
    handle = bearer_token(call.authorization, None)
    try:
        client_id = parse(call.query, {"client_id"}).get("client_id", "")
    except Malformed:
        client_id = ""  # nobody's
    return dynamic_registration.find(client_id, handle), handle


def _json(call: Call) -> bytes:
    body = call.body(_JSON)
    if body is None:
        raise wrong(f"Send JSON: {_JSON}.")
    return body


def _saying_why(respond: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
    def answer(call: Call) -> Answer:
        try:
            return respond(call)
        except TokenError as error:
            _note(call, error.error, error.reason)
            members = {"error": error.error, "error_description": error.description}
            return in_json(error.status, members, *KEPT_NOWHERE)
        except BearerError as error:
            _note(call, error.error or "invalid_token", error.description)
            return bearer.refused(error, *KEPT_NOWHERE)

    return answer


def _note(call: Call, error: str, reason: str) -> None:
    with transaction():
        if throttle.may_be_noted(call.address, clock.now()):
            activity.record("registration.refused", address=call.address, error=error, reason=reason)


ENDPOINT = Endpoint(
    REGISTRATION,
    {
        "POST": _saying_why(register), "GET": _saying_why(show), "PUT": _saying_why(replace),
        "DELETE": _saying_why(delete),
    },
)  # fmt: skip
