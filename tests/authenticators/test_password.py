"""Signing in with a user name and a password."""

from __future__ import annotations

from typing import Any

import argon2
import pytest

from idp import activity, throttle
from idp.assurance import Factor
from idp.authenticators import Try, password
from idp.authenticators.password import REFUSAL, hashing
from idp.errors import Refused
from idp.storage import credentials, sessions
from idp.storage.models import User
from tests import given
from tests.conftest import PASSWORD, Clock

PARAMETERS = "$argon2id$v=19$m=19456,t=2,p=1$"


@pytest.fixture(scope="module")
def hashed() -> str:
    return hashing.hash(PASSWORD)


@pytest.fixture
def ada(storage: None, clock: Clock, hashed: str) -> User:
    person = given.user("ada")
    password.enrol(person, hashed, clock.now)
    return person


class SignIn:
    """Somebody tries."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def __call__(self, username: str = "ada", secret: str = PASSWORD, address: str = "192.0.2.1") -> tuple[User, Any]:
        trying = Try("this", self._clock.now, address, "attempt", "app")
        return password.prove({"username": username, "password": secret}, trying)

    def refused(self, *values: str, **named: str) -> str:
        with pytest.raises(Refused) as refusal:
            self(*values, **named)
        assert refusal.value.sentence == REFUSAL
        return refusal.value.reason


@pytest.fixture
def sign_in(clock: Clock) -> SignIn:
    return SignIn(clock)


def test_the_right_password_proves_knowledge(ada: User, sign_in: SignIn, clock: Clock) -> None:
    user, proof = sign_in()
    assert user == ada
    assert (proof.authenticator, proof.factors, proof.amr) == ("password", {Factor.KNOWLEDGE}, ("pwd",))
    assert (proof.at, proof.interaction) == (clock.now, "this")


@pytest.mark.parametrize("name", ["ada", "ADA", " ada ", "ada@example.org", "Ada@Example.ORG"])
def test_name_and_address_are_taken_as_people_type_them(ada: User, sign_in: SignIn, name: str) -> None:
    assert sign_in(name)[0] == ada


def test_every_refusal_reads_the_same_and_the_log_knows_why(ada: User, sign_in: SignIn, hashed: str) -> None:
    gone = given.user("gone", disabled_at=1)
    password.enrol(gone, hashed, 1)
    given.user("new")  # has no password yet
    assert sign_in.refused("ada", "wrong") == "wrong_password"
    assert sign_in.refused("nobody") == "unknown_user"
    assert sign_in.refused("gone") == "disabled"
    assert sign_in.refused("new") == "wrong_password"
    assert sign_in.refused("", "") == "unknown_user"
    assert sign_in.refused("ada", "a" * 2_000) == "wrong_password"
    logged = [row.detail["reason"] for row in activity.rows() if row.event == "sign_in.refused"]
    assert logged == ["wrong_password", "unknown_user", "disabled", "wrong_password", "unknown_user", "wrong_password"]


@pytest.mark.parametrize("name", ["\0", "a\0b", "x" * 10_000, "@", "ada@", "' OR 1=1 --", "\u202e"])
def test_an_odd_name_is_nobodys(ada: User, sign_in: SignIn, name: str) -> None:
    assert sign_in.refused(name) == "unknown_user"


def test_the_password_is_never_written_down(ada: User, sign_in: SignIn) -> None:
    sign_in.refused("ada", "a-secret-that-is-wrong")
    sign_in()
    text = str([row.__data__ for row in activity.rows()])
    assert "a-secret" not in text
    assert PASSWORD not in text


def test_unknown_and_known_people_take_the_same_work(
    ada: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[bool] = []
    real = hashing.verify
    monkeypatch.setattr(hashing, "verify", lambda stored, secret: calls.append(stored is None) or real(stored, secret))
    sign_in.refused("nobody")
    sign_in.refused("ada", "wrong")
    assert calls == [True, False]


def test_the_hash_of_somebody_who_came_from_elsewhere_does_not_tell_that_they_are_here(
    ada: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work of a refusal is the same whoever is tried, right passwords of disabled accounts included."""
    dated = argon2.PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    password.enrol(given.user("moved"), dated, 1)
    password.enrol(given.user("gone", disabled_at=1), hashing.hash(PASSWORD), 1)
    password.enrol(given.user("gone-too", disabled_at=1), dated, 1)
    real, done = hashing._matches, []
    monkeypatch.setattr(
        hashing, "_matches", lambda stored, given: done.append(hashing.kind(stored)) or real(stored, given)
    )
    works = []
    for name, secret in (
        ("nobody", PASSWORD), ("ada", "wrong"), ("moved", "wrong"), ("gone", PASSWORD), ("gone-too", PASSWORD),
    ):  # fmt: skip
        done.clear()
        sign_in.refused(name, secret)
        works.append(sorted(done))
    assert works == [["$argon2id$v=19$m=19456,t=2,p=1$", "$argon2id$v=19$m=8192,t=1,p=1$"]] * 5
    done.clear()
    sign_in()
    assert done == [PARAMETERS], "who is let in waits for nothing more"


def test_a_dated_hash_is_made_anew_at_sign_in(storage: None, sign_in: SignIn, clock: Clock) -> None:
    ada = given.user("ada")
    password.enrol(ada, argon2.PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD), clock.now)
    sign_in()
    (credential,) = credentials.of(ada, "password")
    assert credential.data["hash"].startswith(PARAMETERS)
    assert sign_in()[0] == ada


def test_a_dated_hash_stays_when_the_password_is_wrong(storage: None, sign_in: SignIn, clock: Clock) -> None:
    ada = given.user("ada")
    dated = argon2.PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    password.enrol(ada, dated, clock.now)
    sign_in.refused("ada", "wrong")
    assert credentials.of(ada, "password")[0].data["hash"] == dated


def test_a_new_password_replaces_the_old_one_and_ends_sessions(ada: User, sign_in: SignIn, clock: Clock) -> None:
    _, handle = given.session(ada)
    password.enrol(ada, hashing.hash("another long password here"), clock.now)
    assert sessions.find(handle, clock.now) is None
    assert sign_in.refused() == "wrong_password"
    assert sign_in(secret="another long password here")[0] == ada


# --- too many tries


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparing without the work: only counting matters here."""
    monkeypatch.setattr(hashing, "verify", lambda stored, secret: stored is not None and secret == PASSWORD)


def test_after_ten_failures_even_the_right_password_is_refused(
    ada: User, sign_in: SignIn, clock: Clock, quick: None
) -> None:
    for number in range(10):
        assert sign_in.refused("ada", "wrong", f"192.0.2.{number}") == "wrong_password"
    assert sign_in.refused(address="198.51.100.1") == "too_many_tries"
    clock.forward(throttle.ACCOUNT.window)
    assert sign_in(address="198.51.100.1")


def test_name_and_address_of_a_person_share_their_tries(ada: User, sign_in: SignIn, quick: None) -> None:
    for number in range(10):
        sign_in.refused(("ada", "ada@example.org", "ADA")[number % 3], "wrong", f"192.0.2.{number}")
    assert sign_in.refused(address="198.51.100.1") == "too_many_tries"


def test_a_success_forgets_the_failures_of_the_person(ada: User, sign_in: SignIn, quick: None) -> None:
    for round_ in range(3):
        for number in range(9):
            sign_in.refused("ada", "wrong", f"192.0.{round_}.{number}")
        assert sign_in(address="198.51.100.1")


def test_one_address_cannot_try_many_people(ada: User, sign_in: SignIn, quick: None) -> None:
    for number in range(10):
        sign_in.refused(f"nobody{number}", "wrong")
    assert sign_in.refused() == "too_many_tries"
    assert sign_in(address="198.51.100.1"), "somebody elsewhere isn't bothered"


def test_a_success_does_not_give_its_address_new_tries(ada: User, sign_in: SignIn, quick: None) -> None:
    for number in range(9):
        sign_in.refused(f"nobody{number}", "wrong")
    assert sign_in()
    sign_in.refused("nobody", "wrong")
    assert sign_in.refused() == "too_many_tries"


def test_strangers_cannot_fill_the_log(ada: User, sign_in: SignIn, quick: None) -> None:
    for number in range(throttle.NOTES.failures + 100):
        sign_in.refused(f"nobody{number}", "wrong")
    assert len(list(activity.rows())) <= throttle.ADDRESS.failures + throttle.NOTES.failures
