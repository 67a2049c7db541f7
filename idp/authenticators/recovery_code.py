"""Recovery codes: ten codes on paper, each good for one sign-in in the place of a second factor."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from idp import opaque, tries
from idp.assurance import Factor, Proof
from idp.errors import Refused
from idp.mail import notices
from idp.storage import credentials
from idp.storage.models import User
from idp.tries import Try

NAME = "recovery_code"
FIRST, SECOND, ENROLS = False, True, False
HOW_MANY = 10
LETTERS = 24  # of base32: 120 bits, so a plain SHA-256 is enough at rest (ASVS 6.5.2 asks for 112)
FEW = 2  # left; from here on the person is told to make new ones
_NOT_OURS = re.compile(f"[^{opaque.BASE32}]")
REFUSAL = "That code isn’t right, or it has been used. Each recovery code works once."


def answers(form: Mapping[str, str]) -> bool:
    """Whether a form was sent by the page for recovery codes."""
    return "recovery_code" in form


def offers(trying: Try) -> dict[str, Any] | None:
    """How many codes are left, or None when there is none."""
    count = left(trying.user) if trying.user else 0
    return {"left": count} if count else None


def prove(
    form: Mapping[str, str], trying: Try, then: Callable[[User, Proof], object] | None = None
) -> tuple[User, Proof]:
    """The person and the proof of one code, which is worth nothing from now on; raises Refused."""
    handle = opaque.digest(_plain(form.get("recovery_code", "")))

    def look(user: User) -> Proof | Refused:
        found = credentials.of_anybody(NAME, handle)
        mine = found is not None and found[0].user_id == user.id and found[0].disabled_at is None
        if not mine or found is None or not credentials.remove(user, found[0].id):
            return Refused("wrong_code", REFUSAL)
        notices.tell(user, "recovery_code_used", address=trying.address, user_agent=trying.user_agent, left=left(user))
        # Nothing registered means "a code from paper"; `otp` is what it is, used once (RFC 8176 2).
        return Proof(NAME, frozenset({Factor.POSSESSION}), ("otp",), trying.now, trying.interaction, identifies=False)

    return tries.decide(trying, NAME, look, then)


def new_codes() -> list[str]:
    """Ten new codes, in groups of four letters."""
    return [_one() for _ in range(HOW_MANY)]


def enrol(user: User, codes: list[str], now: int) -> None:
    """Give a person these codes in place of the ones they had; the caller opens a durable transaction."""
    credentials.remove_all(user, NAME)
    for code in codes:
        credentials.add(user, NAME, {}, now, handle=opaque.digest(_plain(code)))


def left(user: User) -> int:
    """How many codes a person has that still work."""
    return len(credentials.usable(user, NAME))


def _one() -> str:
    letters = opaque.letters(LETTERS, opaque.BASE32)
    return "-".join(letters[start : start + 4] for start in range(0, LETTERS, 4))


def _plain(typed: str) -> str:
    """The letters of a code however they were typed: in lower case, with spaces, with 0 and 1 read from paper."""
    return _NOT_OURS.sub("", typed[:200].upper().replace("0", "O").replace("1", "I"))
