"""What pages of applications may read from another origin than ours (Fetch Standard 3.2): their own tokens, by script.

No cookie counts at these endpoints, so a page learns nothing there but what it has the credentials for.
"""

from __future__ import annotations

from collections.abc import Callable

from idp.oidc import origins
from idp.storage.models import Client
from idp.web.direct import Call
from idp.web.headers import Answer, Headers

_MAX_AGE = "600"  # seconds that a browser needn't ask again
_VARY = ("vary", "Origin")


def readable(answer: Answer, call: Call, client: Client | None) -> Answer:
    """The answer, readable by a page of this client, or of any client as long as it isn't known which one calls."""
    if call.origin is None:
        return answer
    status, headers, body = answer
    return status, [*headers, *_allowed(call.origin, client)], body


def preflight(*methods: str) -> Callable[[Call], Answer]:
    """The function that answers a browser's question before the request: it can't say yet which client will call."""
    allow = ("allow", ", ".join([*methods, "OPTIONS"]))

    def respond(call: Call) -> Answer:
        if call.origin is None:
            return 200, [allow], b""
        headers = _allowed(call.origin, None)
        if len(headers) > 1:
            headers += [
                ("access-control-allow-methods", ", ".join(methods)),
                ("access-control-allow-headers", "Authorization, Content-Type"),
                ("access-control-max-age", _MAX_AGE),
            ]
        return 200, [allow, *headers], b""

    return respond


def _allowed(origin: str, client: Client | None) -> Headers:
    if not (origins.is_of(client, origin) if client else origins.is_of_anybody(origin)):
        return [_VARY]
    return [
        _VARY,
        ("access-control-allow-origin", origin),
        ("access-control-expose-headers", "WWW-Authenticate"),
    ]
