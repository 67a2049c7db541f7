"""Which passwords are good enough, and how strong one is, in words.

Length and a list of known passwords, no composition rules (NIST SP 800-63B-4 3.1.1.2).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from idp.authenticators.password.hashing import LONGEST

SHORTEST = 15  # characters, while a password alone signs in
LABELS = ("Very weak", "Weak", "Fair", "Strong", "Very strong")
ACCEPTED_FROM = 2  # of zxcvbn's 0 to 4
MEASURED = 100  # characters; zxcvbn's time grows faster than the length


@dataclass(frozen=True, slots=True)
class Strength:
    """How a password would do against somebody who guesses."""

    score: int  # 0 to 4
    label: str
    warning: str
    suggestions: list[str]


def strength(password: str, context: Iterable[str] = ()) -> Strength:
    """How strong a password is, for a person whose names are in `context`."""
    from zxcvbn import zxcvbn  # 10 MiB of word lists; only who chooses a password needs them

    words = [word for text in context for word in (text, *text.replace("@", ".").split(".")) if word]
    result = zxcvbn(password[:MEASURED] or " ", user_inputs=words, max_length=MEASURED)
    score = int(result["score"]) if password else 0
    feedback = result["feedback"]
    return Strength(score, LABELS[score], feedback["warning"] or "", list(feedback["suggestions"]))


def problem(password: str, context: Iterable[str] = ()) -> str | None:
    """The sentence that says why a password can't be taken, or None."""
    password = unicodedata.normalize("NFC", password)
    if len(password) < SHORTEST:
        return (
            f"Use at least {SHORTEST} characters; this has {len(password)}. "
            "Four or five unrelated words are easy to remember and hard to guess."
        )
    if len(password.encode("utf-8", "surrogatepass")) > LONGEST:
        return f"Use at most {LONGEST} bytes; that is about {LONGEST // 8} to {LONGEST} characters."
    found = strength(password, context)
    if found.score < ACCEPTED_FROM:
        return f"This password is easy to guess. {found.warning or 'Choose something less predictable.'}"
    return None
