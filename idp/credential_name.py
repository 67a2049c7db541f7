"""What a passkey or an authenticator app is called: as its person has typed, or as usual, numbered."""

from __future__ import annotations

from collections.abc import Collection
from itertools import count

LONGEST = 60  # characters
_LONGEST_LOOKED_AT = 1_000  # characters


def credential_name(typed: str, usual: str, taken: Collection[str]) -> str:
    """What was typed, as it can be shown in a list; for nothing the usual name, with the first number that isn't taken."""
    chosen = " ".join("".join(filter(str.isprintable, typed[:_LONGEST_LOOKED_AT])).split())[:LONGEST]
    if chosen or usual not in taken:
        return chosen or usual
    return next(each for number in count(2) if (each := f"{usual} {number}") not in taken)
