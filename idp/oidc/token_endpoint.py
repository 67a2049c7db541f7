"""The token endpoint without HTTP: which grant a client brings, and whether it may (RFC 6749 3.2)."""

from __future__ import annotations

from typing import Any

from idp.errors import TokenError
from idp.oidc import grants
from idp.oidc.client_call import ClientCall

REFUSED = "token.refused"
PARAMETERS = frozenset({"grant_type"}).union(*(grant.PARAMETERS for grant in grants.by_type().values()))


def respond(call: ClientCall) -> dict[str, Any]:
    """Tokens for a grant; raises TokenError (RFC 6749 5)."""
    grant_type = call.form.get("grant_type")
    if grant_type is None:
        raise TokenError("invalid_request", "The grant_type is missing.")
    grant = grants.by_type().get(grant_type)
    if grant is None:
        raise TokenError("unsupported_grant_type", "This grant_type is not offered.")
    if grant_type not in call.client.grant_types:
        raise TokenError("unauthorized_client", "This client may not use this grant_type.")
    answer: dict[str, Any] = grant.respond(call)
    return answer
