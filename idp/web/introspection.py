"""`/introspect`: an application asks what a token is worth (RFC 7662)."""

from __future__ import annotations

from idp import endpoints
from idp.oidc import introspection
from idp.web.client_calls import answering
from idp.web.direct import Endpoint

ENDPOINT = Endpoint(endpoints.INTROSPECTION, {"POST": answering(introspection)})
