"""What the token endpoint gives tokens for: a module a grant type, found by lying here.

`GRANT_TYPE`         its name on the wire
`PARAMETERS`         the form fields it reads, besides those of client authentication
`respond(request)`   the answer to a ClientCall, or TokenError
"""

from __future__ import annotations

from functools import cache
from types import ModuleType

from idp import discover
from idp.oidc import grants

AUTHORIZATION_CODE, CLIENT_CREDENTIALS, REFRESH_TOKEN = "authorization_code", "client_credentials", "refresh_token"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"  # RFC 8628 7.2


@cache
def by_type() -> dict[str, ModuleType]:
    """The grants by their `grant_type`."""
    return {module.GRANT_TYPE: module for module in discover.modules(grants)}
