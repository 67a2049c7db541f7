"""HTTP around the endpoints that clients call themselves: a form in, JSON out, kept nowhere."""

from __future__ import annotations

from collections.abc import Callable

from idp import clock
from idp.errors import TokenError
from idp.oidc import client_call
from idp.web.cross_origin import readable
from idp.web.direct import Call, in_json
from idp.web.headers import KEPT_NOWHERE, Answer


def answering(endpoint: client_call.Endpoint, *, status: int = 200) -> Callable[[Call], Answer]:
    """The function that answers an endpoint's POST, with this status where all went well, or says what was wrong with it."""

    def respond(call: Call) -> Answer:
        try:
            form = call.form
            if form is None:
                raise TokenError("invalid_request", "Send a form: application/x-www-form-urlencoded.")
            client, members = client_call.answer(
                endpoint, form, call.authorization, issuer=call.wired.config.issuer, keys=call.wired.keys,
                path=call.path, now=clock.now(), address=call.address,
            )  # fmt: skip
            return readable(in_json(status, members, *KEPT_NOWHERE), call, client)
        except TokenError as error:
            return readable(_refused(error), call, error.client)

    return respond


def _refused(error: TokenError) -> Answer:
    challenge = [("www-authenticate", 'Basic realm="token"')] if error.challenge else []  # RFC 6749 5.2
    members = {"error": error.error, "error_description": error.description}
    return in_json(error.status, members, *KEPT_NOWHERE, *challenge)
