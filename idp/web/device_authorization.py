"""`/device_authorization`: a device asks for a code that somebody types elsewhere (RFC 8628 3.1)."""

from __future__ import annotations

from idp import endpoints
from idp.oidc import device_authorization
from idp.web.client_calls import answering
from idp.web.direct import Endpoint

ENDPOINT = Endpoint(endpoints.DEVICE_AUTHORIZATION, {"POST": answering(device_authorization)})
