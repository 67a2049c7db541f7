"""Discovery and the key set for browsers that ask before they fetch; the documents themselves are given at the door."""

from __future__ import annotations

from idp import endpoints
from idp.web.direct import Call, Endpoint
from idp.web.headers import Answer

_PATHS = (endpoints.DISCOVERY, endpoints.AS_DISCOVERY, endpoints.JWKS)


def document(call: Call) -> Answer:
    """The document, for who comes without passing the door."""
    found = call.wired.documents.find(call.environ["PATH_INFO"])
    assert found is not None
    return found.answer(None)


def preflight(call: Call) -> Answer:
    """Every page may read what is public (Fetch Standard 3.2.2)."""
    return 200, [
        ("allow", "GET, HEAD, OPTIONS"), ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "GET, HEAD"), ("access-control-allow-headers", "*"),
        ("access-control-max-age", "86400"),
    ], b""  # fmt: skip


ENDPOINTS = [Endpoint(path, {"GET": document, "HEAD": document, "OPTIONS": preflight}) for path in _PATHS]
