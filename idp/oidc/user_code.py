"""User codes: what a device shows and somebody types elsewhere, and how guesses are kept few (RFC 8628 5.1, 6.1)."""

from __future__ import annotations

from idp import activity, opaque, throttle
from idp.errors import Refused
from idp.storage import device_codes
from idp.storage.database import transaction
from idp.storage.models import Client, DeviceCode, User

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels, so no words; no digits, so nothing looks like something else
# 34 bits: with a thousand wrong codes in five minutes, one of a thousand open ones is hit once in eighty days.
LENGTH = 8
TOO_MANY_OF_EVERYBODY = "too_many_codes_of_everybody"
_WRONG = (
    "This code isn’t right, or not any more. Compare it with the one on your device, which may show another one by now."
)
_TOO_MANY = "There were too many wrong codes. Please wait five minutes before the next."


def new() -> str:
    """A new user code, as it is stored."""
    return opaque.letters(LENGTH, LETTERS)


def shown(code: str) -> str:
    """A user code as people read it."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def typed(text: str) -> str | None:
    """The user code that somebody has typed in whatever way, or None when it can't be one (RFC 8628 6.1)."""
    letters = "".join(filter(str.isalnum, text[:50].upper()))
    return letters if len(letters) == LENGTH and set(letters) <= set(LETTERS) else None


def find(text: str, *, user: User | None, address: str | None, now: int) -> tuple[DeviceCode, Client]:
    """The device's request that waits under a code that somebody has typed, and its client; raises Refused.

    Whoever is signed in is counted for themselves, so that strangers who guess shut nobody out but strangers.
    """
    code = typed(text)
    if code is None:  # teaches nothing, so it isn't counted
        raise Refused("wrong_user_code", _WRONG)
    username = user.username if user else None
    counters = throttle.user_codes(address, username)
    with transaction():
        closed = counters.closed(now)
        found = None if closed else device_codes.by_user_code(code, now)
        if found is not None:
            return found
        if closed is None:
            counters.fail(now)
            refused = Refused("wrong_user_code", _WRONG)
        elif closed is throttle.USER_CODES_OF_EVERYBODY:
            refused = Refused(TOO_MANY_OF_EVERYBODY, _TOO_MANY)
        else:
            refused = Refused("too_many_codes", _TOO_MANY)
        if throttle.may_be_noted(address, now):
            activity.record("device.code_refused", user=username, address=address, reason=refused.reason)
    raise refused


def note_entered(device: DeviceCode, client: Client, *, user: User | None, address: str | None, now: int) -> None:
    """Write down that a right code was typed; joins the caller's transaction.

    A right code proves nothing, as anybody may have a device ask for one.
    """
    if user is not None or throttle.may_be_noted(address, now):
        activity.record(
            "device.code_entered", attempt=device.attempt, user=user.username if user else None,
            client=client.client_id, address=address,
        )  # fmt: skip
