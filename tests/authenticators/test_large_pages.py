"""Hashes made in large pages are the library's own, and their memory is used again and wiped before."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor

import argon2
import pytest
from argon2.low_level import Type, hash_secret_raw

from idp.authenticators.password import hashing, large_pages
from tests.conftest import PASSWORD

pytestmark = pytest.mark.skipif(not large_pages.ARE_THERE, reason="this system has no large pages; Linux has")


def made(password: bytes, salt: bytes, memory: int = 19_456, length: int = 32) -> bytes:
    """A digest in large pages."""
    return large_pages.digest(password, salt, passes=2, memory=memory, lanes=1, length=length)


@pytest.mark.parametrize("memory", [64, 19_456, 65_536])
@pytest.mark.parametrize("length", [16, 32])
def test_a_digest_is_what_the_library_makes(memory: int, length: int) -> None:
    password, salt = secrets.token_bytes(20), secrets.token_bytes(16)
    assert made(password, salt, memory, length) == hash_secret_raw(password, salt, 2, memory, 1, length, Type.ID)


def test_a_hash_of_the_library_verifies_and_another_password_does_not() -> None:
    stored = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash(PASSWORD)
    assert hashing.verify(stored, PASSWORD)
    assert not hashing.verify(stored, PASSWORD + "x")


def test_memory_is_used_again_and_holds_nothing_of_the_hash_before() -> None:
    made(b"one", b"s" * 16)
    area, _ = large_pages._spare[-1]
    assert not any(area[::1_024]), "argon2 wipes it"
    made(b"two", b"s" * 16)
    again, _ = large_pages._spare[-1]
    assert again is area
    assert not large_pages._lent


def test_several_at_once_have_memory_of_their_own() -> None:
    passwords = [secrets.token_bytes(8) for _ in range(12)]
    expected = [hash_secret_raw(each, b"s" * 16, 2, 19_456, 1, 32, Type.ID) for each in passwords]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda each: made(each, b"s" * 16), passwords)) == expected
    assert not large_pages._lent
    assert 1 <= len(large_pages._spare) <= 2, "memory for more isn't kept"


def test_without_memory_nothing_verifies_and_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = hashing.hash(PASSWORD)

    def full(size: int) -> None:
        raise MemoryError

    monkeypatch.setattr(large_pages, "_spare", [])
    monkeypatch.setattr(large_pages, "_new", full)
    assert not hashing.verify(stored, PASSWORD)
    monkeypatch.undo()
    assert hashing.verify(stored, PASSWORD)


def test_where_there_are_none_the_library_does_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_pages, "ARE_THERE", False)
    stored = hashing.hash(PASSWORD)
    assert hashing.verify(stored, PASSWORD)
    assert not hashing.verify(stored, PASSWORD + "x")
