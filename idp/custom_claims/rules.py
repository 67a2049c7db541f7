"""What a custom claim may be called and what it may hold, behind every door; and values as people write them."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from idp import foreign_json
from idp.custom_claims.reserved import is_reserved

TEXT, NUMBER, YES_NO, JSON = "text", "number", "yes_no", "json"
KINDS = (TEXT, NUMBER, YES_NO, JSON)
Claims = Mapping[str, Any]

LONGEST_NAME = 100  # characters
LONGEST_VALUE = 4_096  # bytes as JSON
LONGEST_TOGETHER = 8_192  # bytes as JSON; applications keep ID tokens in cookies and send them back in addresses
MOST = 50  # claims of one person, group or application
GREATEST = 2**53 - 1  # RFC 8259 6: beyond this, what reads numbers as doubles rounds them

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._:/-]{0,99}")
# Inside a value; merged into an object they change all.
_POLLUTING = frozenset({"__proto__", "constructor", "prototype"})
_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # control, formatting and half characters


def problems(claims: Any) -> dict[str, str]:
    """A sentence for each claim that can't be taken, by `claims.NAME`; by `claims` for what concerns all of them."""
    if not isinstance(claims, dict):
        return {"claims": "Custom claims are names with values."}
    found = {
        f"claims.{name}": wrong
        for name, value in claims.items()
        if (wrong := name_problem(name) or problem(name, value))
    }
    if found:
        return found
    lower: dict[str, str] = {}
    for name in claims:
        if (other := lower.setdefault(name.lower(), name)) != name:
            found[f"claims.{name}"] = (
                f"{name} and {other} differ by capital letters only. Some applications take them for one."
            )
    if len(claims) > MOST:
        found["claims"] = f"There can be {MOST} custom claims at most."
    elif len(_encoded(claims)) > LONGEST_TOGETHER:
        found["claims"] = f"Together the custom claims are longer than {LONGEST_TOGETHER} bytes."
    return found


def name_problem(name: str) -> str | None:
    """The sentence that says why a claim can't have this name, or None."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return (
            f"The name of a custom claim has 1 to {LONGEST_NAME} characters: a letter first, then letters, digits, dots, hyphens, "
            "underscores, colons or slashes."
        )
    if is_reserved(name):
        return f"{name} already means something to applications. Choose another name."
    return None


def problem(name: str, value: Any) -> str | None:
    """The sentence that says why a claim can't hold this value, or None."""
    if isinstance(value, str) and not value.strip():
        return f"{name} has no value. Leave out what has none."
    if foreign_json.is_too_deep(value):
        return f"{name} has more than {foreign_json.DEEPEST} objects or lists inside one another."
    if wrong := next(filter(None, map(_part_problem, _parts(value))), None):
        return f"{name}: {wrong}"
    if len(_encoded(value)) > LONGEST_VALUE:
        return f"{name} is longer than {LONGEST_VALUE} bytes."
    return None


def _part_problem(part: Any) -> str | None:
    """What is wrong with one text, number, yes or no, or the name of a member, wherever it stands."""
    if isinstance(part, str):
        if any(unicodedata.category(character) in _HIDDEN for character in part):
            return "A line break or a character that can't be seen isn't possible in it."
    elif isinstance(part, bool):
        return None
    elif isinstance(part, int | float):
        if not math.isfinite(part) or abs(part) > GREATEST:
            return f"A number can go up to {GREATEST}; beyond that applications round it. Make it a text."
    elif part is None:
        return "null says nothing. Leave that member out."
    elif isinstance(part, _Member):
        if part.name in _POLLUTING:
            return f"A member can't be called {part.name}."
        return _part_problem(part.name)
    else:
        return "It has to be a text, a number, yes or no, a list or an object."
    return None


class _Member:
    """The name of a member of an object, told apart from a text."""

    def __init__(self, name: Any) -> None:
        self.name = name


def _parts(value: Any) -> Iterator[Any]:
    """All that isn't a list or an object, with the names of members; of a value that isn't too deep."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield _Member(name)
            yield from _parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _parts(inner)
    else:
        yield value


def kind_of(value: Any) -> str:
    """As which of the KINDS a value is shown."""
    if isinstance(value, bool):
        return YES_NO
    return TEXT if isinstance(value, str) else NUMBER if isinstance(value, int | float) else JSON


def read(kind: str, text: str) -> Any:
    """The value that somebody wrote as one of the KINDS; raises ValueError with a sentence."""
    text = text.strip()
    if kind == TEXT:
        return text
    if kind == YES_NO:
        if (answer := {"yes": True, "true": True, "no": False, "false": False}.get(text.lower())) is None:
            raise ValueError("Write yes or no.")
        return answer
    if kind not in KINDS:
        raise ValueError("Choose text, number, yes or no, or JSON.")
    try:
        found = exact(foreign_json.read_exactly(text))
    except ValueError as wrong:
        if kind == NUMBER:
            raise ValueError("Write a number such as 50 or 0.5, without a unit.") from None
        said = {"too deep": f"has more than {foreign_json.DEEPEST} objects or lists inside one another",
                "a name twice": "names a member twice"}  # fmt: skip
        raise ValueError(f"This JSON {said.get(str(wrong), 'can’t be read')}.") from None
    if kind == NUMBER and kind_of(found) != NUMBER:
        raise ValueError("Write a number such as 50 or 0.5, without a unit.")
    return found


def written(value: Any) -> str:
    """A value as it stands in a field, so that `read` makes the same of it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def exact(value: Any) -> Any:
    """The same value with whole numbers as such: 1e3 and 5.0 are 1000 and 5 to every reader."""
    if isinstance(value, float) and value.is_integer() and abs(value) <= GREATEST:
        return int(value)
    if foreign_json.is_too_deep(value):
        return value
    if isinstance(value, dict):
        return {name: exact(inner) for name, inner in value.items()}
    return [exact(inner) for inner in value] if isinstance(value, list) else value


def are_same(one: Any, other: Any) -> bool:
    """Whether two values are the same to who reads them; to Python, True and 1 are."""
    return json.dumps(one, sort_keys=True, default=str) == json.dumps(other, sort_keys=True, default=str)


def _encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
