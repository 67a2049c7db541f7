"""Which passwords are good enough, and how strong one is, in words.

Length and a list of known passwords, no composition rules (NIST SP 800-63B-4 3.1.1.2).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from idp.authenticators.password.hashing import LONGEST

SHORTEST = 15  # characters, while a password alone signs in
LABELS = ("Very weak", "Weak", "Fair", "Strong", "Very strong")
ACCEPTED_FROM = 2  # of zxcvbn's 0 to 4
SHORTEST_WORD = 3  # characters; shorter ones occur in everything
LEAST_UNPREDICTABLE = 6  # different letters that have nothing to do with the person
# Characters. zxcvbn tries every way to read `4@(|` as letters: 40 of them cost it half a second at most, 100 cost five, and
# nobody else is answered meanwhile.
MEASURED = 40


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

    result = zxcvbn(password[:MEASURED] or " ", user_inputs=_words(context), max_length=MEASURED)
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
    context = list(context)
    if _is_about_the_person(password, context):
        return "This password is made of your own names or of what it is for. Add words that have nothing to do with either."
    found = strength(password, context)
    if found.score < ACCEPTED_FROM:
        return f"This password is easy to guess. {found.warning or 'Choose something less predictable.'}"
    return None


def _is_about_the_person(password: str, context: Iterable[str]) -> bool:
    """Whether hardly anything is left of a password without the words in `context`, digits and separators.

    zxcvbn takes each further known word for ten thousand times more work, so a row of one's own names would look strong.
    """
    whole = rest = password.casefold()
    for word in sorted(_words(context), key=len, reverse=True):
        if len(word) >= SHORTEST_WORD:
            rest = rest.replace(word.casefold(), " ")
    return rest != whole and len(set(re.sub(r"[\W\d_]+", "", rest))) < LEAST_UNPREDICTABLE


def _words(context: Iterable[str]) -> list[str]:
    return [word for text in context for word in (text, *re.split(r"[\W_]+", text)) if word]
