"""Exchanging a device code for tokens, once somebody has allowed it on another device (RFC 8628 3.4, 3.5)."""

from __future__ import annotations

from typing import Any

from idp import opaque, subject_identifier
from idp.errors import NotYet, TokenError
from idp.oidc import first_tokens
from idp.oidc.client_call import ClientCall
from idp.oidc.grants import DEVICE_CODE
from idp.storage import device_codes, grants
from idp.storage.database import transaction
from idp.storage.models import DeviceCode

GRANT_TYPE = DEVICE_CODE
PARAMETERS = frozenset({"device_code"})


def respond(call: ClientCall) -> dict[str, Any]:
    """The tokens of the sign-in that was finished elsewhere, or what the device has to do.

    A second use is refused and harms nothing: devices ask again while an answer is on its way, and as the code has never been
    in a browser or on a screen, that isn't the sign of a thief which it is with the codes of redirects.
    """
    device = _find(call)
    found = grants.find_by_code(device.digest) if device.allowed_at is not None else None
    if found is None:
        raise _refused("unknown_device_code", device)
    grant, user = found
    if grant.revoked_at is not None or user.disabled_at is not None:
        raise _refused("grant_revoked", device)
    if not subject_identifier.is_known(user, call.client):
        raise _refused("no_checked_email", device)
    answer = None if grant.code_used_at is not None else first_tokens.give(call, grant, user, GRANT_TYPE)
    if answer is None:
        raise _refused("device_code_used", device)
    return answer


def _find(call: ClientCall) -> DeviceCode:
    """The device's request, if it was this client's and somebody has allowed it in time."""
    if "device_code" not in call.form:
        raise TokenError("invalid_request", "The device_code is missing.")
    device = device_codes.find(opaque.digest(call.form["device_code"]))
    if device is None:
        raise _refused("unknown_device_code")
    if device.client_id != call.client.id:
        raise _refused("device_code_of_another_client", device)
    if device.denied_at is not None:
        raise TokenError(
            "access_denied", "The person did not allow it.", reason="device_denied", attempt=device.attempt
        )
    if device.expires_at <= call.now:
        raise TokenError(
            "expired_token", "The device code has expired. Ask for another one.", reason="device_code_expired",
            attempt=device.attempt,
        )  # fmt: skip
    if device.allowed_at is None:
        raise _not_yet(device, call.now)
    return device


def _not_yet(device: DeviceCode, now: int) -> NotYet:
    with transaction():
        in_time = device_codes.poll(device, now)
    if in_time:
        return NotYet("authorization_pending", "The person has not decided yet.")
    return NotYet("slow_down", "Wait five seconds longer between requests, from now on.")


def _refused(reason: str, device: DeviceCode | None = None) -> TokenError:
    # One text for every reason, as for other codes.
    return TokenError(
        "invalid_grant", "The device code is unknown, used, or not for this client.", reason=reason,
        attempt=device.attempt if device else None,
    )  # fmt: skip
