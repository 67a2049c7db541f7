"""Random handles, their digests, and comparing."""

from __future__ import annotations

import hashlib
import re

import pytest

from idp import opaque
from idp.opaque import Kind


def test_a_handle_has_256_random_bits_behind_its_prefix() -> None:
    made = {opaque.handle(Kind.CODE) for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"ac_[A-Za-z0-9_-]{43}", handle) for handle in made)


@pytest.mark.parametrize("kind", Kind)
def test_a_handle_is_of_one_kind(kind: Kind) -> None:
    for handle in (opaque.handle(kind), opaque.derived(kind, "key", "part")):
        assert [each for each in Kind if opaque.is_of(each, handle)] == [kind]


def test_what_follows_from_others_is_another_one_for_each_kind_key_and_part() -> None:
    made = [
        opaque.derived(kind, key, *parts)
        for kind in Kind
        for key in ("k", "l")
        for parts in (("a",), ("b",), ("a", "b"))
    ]
    assert len({handle.partition("_")[2] for handle in made}) == len(made)
    assert opaque.derived(Kind.NONCE, "k", "a") == opaque.derived(Kind.NONCE, "k", "a")


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
