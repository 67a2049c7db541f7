"""Argon2id with the parameters that are promised, and equal work for nobody's password."""

from __future__ import annotations

import unicodedata

import argon2
import pytest

from idp.authenticators.password import hashing
from tests.conftest import PASSWORD

PARAMETERS = "$argon2id$v=19$m=19456,t=2,p=1$"


@pytest.fixture(scope="module")
def hashed() -> str:
    return hashing.hash(PASSWORD)


def test_a_hash_has_the_parameters_that_are_promised(hashed: str) -> None:
    assert hashed.startswith(PARAMETERS)
    parameters = argon2.extract_parameters(hashed)
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19_456, 2, 1)
    assert parameters.salt_len >= 16
    assert parameters.hash_len >= 32


def test_two_hashes_of_one_password_differ(hashed: str) -> None:
    assert hashing.hash(PASSWORD) != hashed


def test_only_the_same_password_verifies(hashed: str) -> None:
    assert hashing.verify(hashed, PASSWORD)
    for other in (PASSWORD[:-1], PASSWORD + " ", PASSWORD.upper(), "", " "):
        assert not hashing.verify(hashed, other)


def test_nobodys_hash_means_the_same_work_and_never_verifies(hashed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    real = hashing._matches

    def watch(stored: str, given: bytes) -> bool:
        compared.append(stored)
        return real(stored, given)

    monkeypatch.setattr(hashing, "_matches", watch)
    for secret in (PASSWORD, "", "A" * 43):
        assert not hashing.verify(None, secret)
    assert len(compared) == 3
    for stored in compared:
        assert argon2.extract_parameters(stored) == argon2.extract_parameters(hashed)


def test_a_password_is_normalised_before_it_is_hashed() -> None:
    composed, decomposed = (unicodedata.normalize(form, "Käse-Spätzle überall!") for form in ("NFC", "NFD"))
    assert composed != decomposed
    stored = hashing.hash(composed)
    assert hashing.verify(stored, decomposed)
    assert hashing.verify(hashing.hash(decomposed), composed)


def test_the_whole_password_counts_up_to_1024_bytes() -> None:
    longest = "a" * 1_024
    stored = hashing.hash(longest)
    assert hashing.verify(stored, longest)
    assert not hashing.verify(stored, longest[:-1] + "b")


@pytest.mark.parametrize("secret", ["a" * 1_025, "ä" * 513, "😀" * 257, "a" * 60_000], ids=len)
def test_a_longer_one_is_refused_before_it_is_hashed(hashed: str, monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    def never(*_: object) -> bool:
        raise AssertionError("hashed")

    monkeypatch.setattr(hashing, "_matches", never)
    assert not hashing.verify(hashed, secret)


@pytest.mark.parametrize("secret", ["\ud800", "a\udfffb", "\0", "a\0b", "\x00" * 20])
def test_text_that_cannot_be_typed_does_no_harm(hashed: str, secret: str) -> None:
    assert not hashing.verify(hashed, secret)
    assert hashing.verify(hashing.hash(secret), secret)


@pytest.mark.parametrize(
    "stored",
    [
        "", "x", "$argon2id$", "$2b$12$abc", PARAMETERS, f"{PARAMETERS}$", f"{PARAMETERS}abc$def$ghi", f"{PARAMETERS}{'A' * 22}$",
        f"{PARAMETERS}{'A' * 22}$AA", f"{PARAMETERS}A${'A' * 43}", f"{PARAMETERS}{'A' * 22}${'ä' * 43}",
    ],
)  # fmt: skip
def test_a_damaged_hash_verifies_nothing(stored: str) -> None:
    assert not hashing.verify(stored, PASSWORD)


def test_a_hash_with_other_parameters_is_dated(hashed: str) -> None:
    assert not hashing.is_dated(hashed)
    assert hashing.is_dated(argon2.PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD))
