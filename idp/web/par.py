"""`/par`: an application sends its authorization request ahead of the browser (RFC 9126)."""

from __future__ import annotations

from idp import endpoints
from idp.oidc import pushed_authorization
from idp.web.client_calls import answering
from idp.web.cross_origin import preflight
from idp.web.direct import Endpoint

ENDPOINT = Endpoint(
    endpoints.PUSHED_AUTHORIZATION, {"POST": answering(pushed_authorization, status=201), "OPTIONS": preflight("POST")}
)
