"""`/revoke`: an application gives a token back (RFC 7009)."""

from __future__ import annotations

from idp import endpoints
from idp.oidc import revocation
from idp.web.client_calls import answering
from idp.web.cross_origin import preflight
from idp.web.direct import Endpoint

ENDPOINT = Endpoint(endpoints.REVOCATION, {"POST": answering(revocation), "OPTIONS": preflight("POST")})
