"""What ends the sign-in of a device: somebody has allowed it or not, once (RFC 8628 3.3)."""

from __future__ import annotations

from dataclasses import replace

from idp import endpoints, opaque
from idp.errors import PageError
from idp.interaction.facts import Interaction
from idp.interaction.request import AuthorizationRequest
from idp.oidc.authorization_response import already_ended, new_grant
from idp.oidc.grants import DEVICE_CODE
from idp.storage import device_codes, grants, interactions, sessions
from idp.storage.database import transaction
from idp.storage.models import Client, DeviceCode

DONE = f"{endpoints.DEVICE}/done"  # a page of ours, where the browser goes then


def request_of(device: DeviceCode) -> AuthorizationRequest:
    """What a device asks for, as any sign-in does."""
    return AuthorizationRequest(
        redirect_uri=DONE, response_mode="query", scopes=tuple(device.scopes), device_code=device.id
    )


def check_open(client: Client, request: AuthorizationRequest, now: int) -> None:
    """Raises PageError unless the device still waits for a decision."""
    assert request.device_code is not None
    device = device_codes.by_number(request.device_code)
    if device is None or device.expires_at <= now or DEVICE_CODE not in client.grant_types:
        raise _too_late()
    if device.allowed_at is not None or device.denied_at is not None:
        raise _decided()


def allow(interaction: Interaction, now: int) -> None:
    """End an interaction with a grant that the device may fetch; raises PageError when it is too late for that."""
    session, number = interaction.session, interaction.request.device_code
    assert session is not None and number is not None
    device = device_codes.by_number(number)
    if device is None or device.expires_at <= now:
        raise _too_late()
    new = new_grant(interaction, now, code_digest=device.digest, code_expires_at=device.expires_at)
    # A session of its own: who signs out on the phone that let a television in doesn't mean the television.
    new = replace(new, sid=opaque.identifier())
    with transaction():
        if not sessions.stands(session):  # signed out while this request waited
            raise already_ended()
        if not interactions.take(interaction.id, session):
            raise already_ended()
        if not device_codes.allow(number, now):
            raise _decided()
        grants.add(new)
        interaction.note("device.allowed", scopes=new.scopes, acr=new.acr, amr=new.amr)


def deny(interaction: Interaction, now: int) -> None:
    """End an interaction with a no to the device; raises PageError when somebody was faster."""
    session, number = interaction.session, interaction.request.device_code
    assert session is not None and number is not None
    with transaction():
        if not interactions.take(interaction.id, session):
            raise already_ended()
        if not device_codes.deny(number, now):
            raise _decided()
        interaction.note("device.denied", reason=f"declined_{interaction.answers.get('declined')}")


def _too_late() -> PageError:
    return PageError(
        "This code is too old",
        "A code from a device works for ten minutes, so nothing was done.",
        status=410,
        advice=["Start signing in on the device once more: it shows a new code.", "Then type that one: /device"],
        reason="device_code_gone",
    )


def _decided() -> PageError:
    return PageError(
        "This code has been used already",
        "Somebody has said yes or no to the device meanwhile, perhaps you in another window.",
        status=410,
        advice=["Look at the device: if it isn’t signed in, start there once more. It shows a new code.",
                "Then type that one: /device"],
        reason="device_code_decided",
    )  # fmt: skip
