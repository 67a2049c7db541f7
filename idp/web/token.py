"""`/token`: an application exchanges what it was given (OIDC Core 3.1.3)."""

from __future__ import annotations

from idp import clock
from idp.errors import TokenError
from idp.oidc import client_call, token_endpoint
from idp.web.direct import Call, Endpoint, in_json
from idp.web.headers import Answer

_KEPT_NOWHERE = (("cache-control", "no-store"), ("pragma", "no-cache"))  # RFC 6749 5.1


def token(call: Call) -> Answer:
    """Tokens, or an error that says what was wrong with the request."""
    try:
        form = call.form
        if form is None:
            raise TokenError("invalid_request", "Send a form: application/x-www-form-urlencoded.")
        _, tokens = client_call.answer(
            token_endpoint, form, call.authorization, issuer=call.wired.config.issuer, keys=call.wired.keys, now=clock.now(),
            address=call.address,
        )  # fmt: skip
    except TokenError as error:
        challenge = [("www-authenticate", 'Basic realm="token"')] if error.challenge else []  # RFC 6749 5.2
        members = {"error": error.error, "error_description": error.description}
        return in_json(error.status, members, *_KEPT_NOWHERE, *challenge)
    return in_json(200, tokens, *_KEPT_NOWHERE)


ENDPOINT = Endpoint("/token", {"POST": token})
