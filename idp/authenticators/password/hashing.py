"""Argon2id with the parameters we promise, and equal work for nobody's password.

How many run at once is decided by whoever does the work `off_the_loop`.
"""

from __future__ import annotations

import base64
import hmac
import unicodedata
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from idp.authenticators.password import large_pages

# KiB and rounds of a hash that somebody brings along; while it is there, each refusal costs as much work (see `pretend`).
MOST_MEMORY, MOST_PASSES = 131_072, 4
LONGEST = 1_024  # bytes; longer input is refused before it is hashed

# OWASP's second choice: 19 MiB, 2 passes, 1 lane. About 25 ms on one core; argon2-cffi's own default takes ten times
# that and 64 MiB, so a few dozen people at once would stop a small machine.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# A well-formed hash with those parameters that no known password has: what an unknown person's password is compared with.
_OURS = f"$argon2id$v=19$m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}$"
_NOBODYS = f"{_OURS}{'A' * 22}${'A' * 43}"


# How slow work is done: at once, unless the server has said how others are answered meanwhile.
off_the_loop: Callable[[Callable[[], Any]], Any] = lambda work: work()  # noqa: E731


def hash(password: str) -> str:
    """The argon2id string of a password."""
    given = _bytes(password)
    hashed: str = off_the_loop(lambda: _hasher.hash(given))
    return hashed


def verify(stored: str | None, password: str) -> bool:
    """Whether a password is the stored one; for None takes as long as for any other and says no."""
    given = _bytes(password)
    if len(given) > LONGEST:
        return False
    return bool(off_the_loop(lambda: _matches(stored or _NOBODYS, given))) and stored is not None


def is_hash(stored: str) -> bool:
    """Whether a text is an argon2id hash that costs no more to compare with than we can afford."""
    try:
        found = extract_parameters(stored)
    except InvalidHashError:
        return False
    return found.type is Type.ID and found.memory_cost <= MOST_MEMORY and found.time_cost <= MOST_PASSES


def kind(stored: str | None) -> str:
    """What a hash costs to compare with: all of it before the salt. For None it is what ours cost."""
    return _OURS if stored is None else "$".join(stored.split("$")[:4]) + "$"


def pretend(kinds: Iterable[str]) -> None:
    """Do the work of comparing with a hash of each of these kinds."""
    for each in kinds:
        stored = f"{each}{_NOBODYS.removeprefix(_OURS)}"
        off_the_loop(partial(_matches, stored, b"nobody's"))


def is_dated(stored: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def _matches(stored: str, given: bytes) -> bool:
    try:
        if stored.startswith(_OURS) and large_pages.ARE_THERE:
            return _matches_ours(stored, given)
        return _hasher.verify(stored, given)
    except (VerificationError, InvalidHashError, ValueError):
        return False


def _matches_ours(stored: str, given: bytes) -> bool:
    salt, expected = (
        base64.b64decode(f"{part}{'=' * (-len(part) % 4)}", validate=True)
        for part in stored.removeprefix(_OURS).split("$")
    )
    made = large_pages.digest(
        given, salt, passes=_hasher.time_cost, memory=_hasher.memory_cost, lanes=_hasher.parallelism,
        length=len(expected),
    )  # fmt: skip
    return hmac.compare_digest(made, expected)


def _bytes(password: str) -> bytes:
    # NIST SP 800-63B-4 3.1.1.2: normalised before hashing, so that every keyboard makes the same password.
    # Lone surrogates can't be typed; they only must not raise.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
