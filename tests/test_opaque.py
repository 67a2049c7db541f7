"""Random handles, their digests, and comparing."""

from __future__ import annotations

import hashlib
import re

import pytest

from idp import opaque


def test_a_handle_has_256_random_bits_behind_its_prefix() -> None:
    made = {opaque.handle("ac") for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"ac_[A-Za-z0-9_-]{43}", handle) for handle in made)


def test_an_identifier_has_128_random_bits() -> None:
    made = {opaque.identifier() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"[0-9a-f]{32}", identifier) for identifier in made)


def test_a_digest_is_the_sha256() -> None:
    assert opaque.digest("abc") == hashlib.sha256(b"abc").hexdigest()
    assert opaque.digest("ac_x") != opaque.digest("at_x")


@pytest.mark.parametrize("text", ["", "\0", "ä", "😀", "\ud800", "x" * 100_000])
def test_any_text_has_a_digest_and_is_the_same_as_itself(text: str) -> None:
    assert len(opaque.digest(text)) == 64
    assert opaque.same(text, text)
    assert not opaque.same(text, text + "x")


@pytest.mark.parametrize(("one", "other"), [("a", "b"), ("a", "A"), ("", "a"), ("ä", "a\u0308"), ("a", "a\0")])
def test_different_texts_are_not_the_same(one: str, other: str) -> None:
    assert not opaque.same(one, other)
