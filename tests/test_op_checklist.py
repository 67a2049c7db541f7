"""Each behaviour that the OpenID Foundation's suite looks at has a test that names its number ("OP-CHECKLIST item 31")."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
LAST = 135
# Without implicit and hybrid response types (RFC 9700 2.1.2) there is nothing to be seen of these.
IMPLICIT = {61: "access tokens in the front channel", 88: "two ID tokens in one sign-in"}
SESSION_MANAGEMENT = {131: "session_state", 132: "check_session_iframe"}
BY_REFERENCE = {55: "request objects at an address of the client's: pushed requests do the same and fetch nothing"}
LEFT_OUT = IMPLICIT.keys() | SESSION_MANAGEMENT.keys() | BY_REFERENCE.keys()

_NAMED = re.compile(r"OP-CHECKLIST items? ([\d, andto]+)")


def numbers_in(text: str) -> Iterator[int]:
    """What a docstring names: "OP-CHECKLIST items 4, 35 and 115 to 121"."""
    for listed in _NAMED.findall(text):
        for part in re.split(r", | and ", listed.strip(" ,")):
            if part.strip():
                first, _, last = part.partition(" to ")
                yield from range(int(first), int(last or first) + 1)


def numbers_of(path: Path) -> Iterator[int]:
    """What the tests of a module name in their docstrings, or by their names where the module says so."""
    module = ast.parse(path.read_text())
    says_so = re.search(r"OP[- ]checklist", ast.get_docstring(module) or "", re.IGNORECASE)
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield from numbers_in(" ".join((ast.get_docstring(node) or "").split()))
            if says_so and (named := re.match(r"test((?:_\d+)+)_", node.name)):
                yield from map(int, named[1].split("_")[1:])


def test_every_item_has_a_test_that_names_it() -> None:
    named = {number for path in TESTS.rglob("test_*.py") for number in numbers_of(path)}
    assert set(range(1, LAST + 1)) - named == set(LEFT_OUT)
    assert max(named) <= LAST


def test_lists_and_ranges_of_numbers_are_read() -> None:
    assert list(numbers_in("OP-CHECKLIST items 4, 35 and 115 to 117.")) == [4, 35, 115, 116, 117]
    assert list(numbers_in("OP-CHECKLIST item 7; RFC 9126 2.")) == [7]
