"""`/token`: an application exchanges what it was given (OIDC Core 3.1.3)."""

from __future__ import annotations

from idp import endpoints
from idp.oidc import token_endpoint
from idp.web.client_calls import answering
from idp.web.cross_origin import preflight
from idp.web.direct import Endpoint

ENDPOINT = Endpoint(endpoints.TOKEN, {"POST": answering(token_endpoint), "OPTIONS": preflight("POST")})
