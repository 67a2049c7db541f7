"""From bytes to parameters, strictly."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.oidc.parameters import LONGEST, MOST, Malformed, parse

KNOWN = {"state", "scope", "code"}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", {}),
        (b"state=a", {"state": "a"}),
        (b"state=a&scope=openid+email", {"state": "a", "scope": "openid email"}),
        (b"state=a%2Bb%26c%3D", {"state": "a+b&c="}),
        (b"state=a=b", {"state": "a=b"}),
        (b"state=%C3%A4", {"state": "ä"}),
        (b"&&state=a&", {"state": "a"}),
        (b"state=", {}),
        (b"state", {}),
        (b"unknown=1&unknown=2", {}),
        (b"%73tate=a", {"state": "a"}),
        (b"STATE=a", {}),
        (b"state[]=a", {}),
        (b"scope=a;state=b", {"scope": "a;state=b"}),
    ],
)
def test_a_form_is_read_as_the_standard_says(raw: bytes, expected: dict[str, str]) -> None:
    assert parse(raw, KNOWN) == expected


@pytest.mark.parametrize(
    "raw",
    [
        b"state=a&state=b",
        b"state=a&state=a",
        b"state=a&state=",
        b"state=&state=",
        b"state=a&%73tate=b",
        b"state=%",
        b"state=%2",
        b"state=%zz",
        b"unknown=%zz",
        b"state=%FF",
        b"state=\xff",
        b"state=%ED%A0%80",
        b"state=%C0%80",
        b"state=a%00b",
        b"state=a%0D%0Ab",
        b"state=%7F",
        b"&".join(b"x=1" for _ in range(MOST + 1)),
        b"state=" + b"a" * LONGEST,
    ],
)
def test_what_is_unclear_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        parse(raw, KNOWN)


def test_the_refusal_repeats_nothing_of_the_input() -> None:
    with pytest.raises(Malformed) as refusal:
        parse(b"code=secret-code&code=secret-code", KNOWN)
    assert "secret" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_the_number_of_parameters_is_bounded_and_the_bound_is_allowed() -> None:
    assert parse(b"&".join(b"x=1" for _ in range(MOST)), KNOWN) == {}


def test_a_caller_may_set_a_shorter_length() -> None:
    assert parse(b"state=abc", KNOWN, longest=9) == {"state": "abc"}
    with pytest.raises(Malformed):
        parse(b"state=abcd", KNOWN, longest=9)


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"], exclude_characters="\x7f"), min_size=1))
@settings(deadline=None)
def test_whatever_a_browser_encodes_is_read_back(text: str) -> None:
    assert parse(urlencode({"state": text}).encode(), KNOWN) == {"state": text}
    assert parse(f"state={quote(text, safe='')}".encode(), KNOWN) == {"state": text}


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_no_bytes_at_all_do_anything_else_than_parse_or_be_refused(raw: bytes) -> None:
    try:
        found = parse(raw, KNOWN)
    except Malformed:
        return
    assert found.keys() <= KNOWN
    assert all(value.isprintable() or not value.isascii() for value in found.values())
