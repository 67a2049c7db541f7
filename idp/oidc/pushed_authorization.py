"""Pushed authorization requests: a client sends its request itself, and the browser only a word for it (RFC 9126)."""

from __future__ import annotations

from typing import Any

from idp import throttle
from idp.errors import AuthorizationError, PageError, TokenError
from idp.interaction.request import AuthorizationRequest
from idp.oidc import authorization, client_health, request_object, request_uri
from idp.oidc.client_call import ClientCall
from idp.storage.database import transaction

REFUSED = "pushed_request.refused"
PARAMETERS = authorization.PARAMETERS
# Duende's OidcClient, and so Jellyfin's plugins, pushes with Basic whatever it is told to use at /token.
EITHER_SECRET = True


def respond(call: ClientCall) -> dict[str, Any]:
    """The `request_uri` of a request that /authorize would take; raises TokenError for any other (RFC 9126 2.3)."""
    asked = _checked(call)
    with transaction():
        if not throttle.may_push(call.client.client_id, call.address if call.client.is_public else None, call.now):
            raise TokenError(
                "temporarily_unavailable", "Too many requests have been pushed. Try again in some minutes.", status=429
            )
        kept = request_uri.keep(call.client, asked, call.now)
    return {"request_uri": kept, "expires_in": request_uri.LIFETIME}


def _checked(call: ClientCall) -> AuthorizationRequest:
    if "request_uri" in call.form:  # RFC 9126 2.1
        raise TokenError("invalid_request", "A pushed request can not stand for another one.")
    sent = {name: value for name, value in call.form.items() if name in PARAMETERS}
    sent["client_id"] = call.client.client_id
    try:
        parameters = request_object.opened(call.client, sent, issuer=call.issuer, now=call.now)
        target = authorization.target_of(call.client, parameters)
        return authorization.request_of(
            call.client, target, parameters, issuer=call.issuer, keys=call.keys, pushed=True
        )  # fmt: skip
    except PageError as refusal:
        description = (
            "The redirect_uri is not registered." if "redirect_uri" in parameters else "The redirect_uri is missing."
        )
        raise TokenError("invalid_request", description, reason=refusal.reason, noted=refusal.noted) from None
    except AuthorizationError as refusal:
        with transaction():
            client_health.request_refused(call.client, refusal.error, refusal.description, call.now)
        raise TokenError(refusal.error, refusal.description, reason=refusal.description) from None
