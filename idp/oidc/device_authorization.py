"""Device authorization: a device without a keyboard gets a code that somebody types elsewhere (RFC 8628 3.1, 3.2)."""

from __future__ import annotations

from typing import Any

from idp import activity, endpoints, opaque, throttle
from idp.errors import TokenError
from idp.oidc import scopes, user_code
from idp.oidc.client_call import ClientCall
from idp.oidc.grants import DEVICE_CODE
from idp.opaque import Kind
from idp.storage import device_codes
from idp.storage.database import transaction

REFUSED = "device.refused"
PARAMETERS = frozenset({"scope"})


def respond(call: ClientCall) -> dict[str, Any]:
    """A device code, and the user code that stands for it in front of people; raises TokenError."""
    client, now = call.client, call.now
    if DEVICE_CODE not in client.grant_types:
        raise TokenError("unauthorized_client", "This client may not sign devices in.")
    asked = scopes.asked_of(client, call.form.get("scope", ""))
    if not asked:
        raise TokenError("invalid_scope", "None of the scopes is offered to this client. Ask for openid.")
    device_code, attempt = opaque.handle(Kind.DEVICE_CODE), opaque.identifier()
    with transaction():
        if not throttle.may_ask_for_device(call.address, now):
            raise TokenError(
                "temporarily_unavailable", "Too many devices have asked from this address. Try again in five minutes.",
                status=429, reason="too_many_devices",
            )  # fmt: skip
        code = user_code.new()
        while not device_codes.add(opaque.digest(device_code), code, client, asked, attempt, call.address, now):
            code = user_code.new()
        if not client.is_public or throttle.may_be_noted(call.address, now):
            activity.record(
                "device.requested", attempt=attempt, client=client.client_id, address=call.address, scopes=list(asked)
            )
    return {
        "device_code": device_code,
        "user_code": user_code.shown(code),
        "verification_uri": call.issuer + endpoints.DEVICE,
        "verification_uri_complete": f"{call.issuer}{endpoints.DEVICE}?user_code={user_code.shown(code)}",
        "expires_in": device_codes.LIFETIME,
        "interval": device_codes.INTERVAL,
    }
