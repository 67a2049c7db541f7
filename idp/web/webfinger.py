"""`/.well-known/webfinger`: where an account's address is signed in (RFC 7033)."""

from __future__ import annotations

import json

from idp import endpoints
from idp.oidc import webfinger
from idp.oidc.parameters import Malformed
from idp.web.direct import Call, Endpoint
from idp.web.headers import Answer, Headers
from idp.web.well_known import preflight

_ANYBODY: Headers = [
    ("access-control-allow-origin", "*"),
    ("cross-origin-resource-policy", "cross-origin"),
]  # RFC 7033 5
_KEPT: Headers = [("cache-control", "public, max-age=3600")]


def answer(call: Call) -> Answer:
    """The issuer for whatever account is asked about; 400 for a question that isn't one, 404 for what is no account."""
    try:
        found = webfinger.document(call.query, call.wired.config.issuer)
    except Malformed as malformed:
        return 400, [("content-type", "text/plain; charset=utf-8"), *_ANYBODY], str(malformed).encode()
    except webfinger.NoSuchResource:
        return 404, [("content-type", "text/plain; charset=utf-8"), *_ANYBODY], b"Nothing is known about this resource."
    return 200, [("content-type", "application/jrd+json"), *_KEPT, *_ANYBODY], json.dumps(found).encode()


def head(call: Call) -> Answer:
    """The same without its body."""
    status, headers, _ = answer(call)
    return status, headers, b""


ENDPOINT = Endpoint(endpoints.WEBFINGER, {"GET": answer, "HEAD": head, "OPTIONS": preflight})
