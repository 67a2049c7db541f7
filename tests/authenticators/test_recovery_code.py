"""Recovery codes: how they look, how they may be typed, and that each works once."""

from __future__ import annotations

import json
import re

import pytest

from idp.assurance import Factor
from idp.authenticators import recovery_code
from idp.errors import Refused
from idp.storage import credentials
from idp.storage.models import Credential, User
from idp.tries import Try
from tests import given
from tests.conftest import Clock


@pytest.fixture
def ada(storage: None) -> User:
    return given.user("ada")


@pytest.fixture
def paper(ada: User, clock: Clock) -> list[str]:
    codes = recovery_code.new_codes()
    recovery_code.enrol(ada, codes, clock.now)
    return codes


def attempt(person: User, clock: Clock) -> Try:
    return Try("this", clock.now, "192.0.2.1", "attempt", "app", person)


def refused(person: User, clock: Clock, typed: str) -> str:
    with pytest.raises(Refused) as refusal:
        recovery_code.prove({"recovery_code": typed}, attempt(person, clock))
    return refusal.value.reason


def test_there_are_ten_of_120_random_bits_in_groups_of_four() -> None:
    codes = recovery_code.new_codes() + recovery_code.new_codes()
    assert len(set(codes)) == 20
    assert all(re.fullmatch("[A-Z2-7]{4}(-[A-Z2-7]{4}){5}", code) for code in codes)


def test_one_proves_possession_once(ada: User, paper: list[str], clock: Clock) -> None:
    user, proof = recovery_code.prove({"recovery_code": paper[4]}, attempt(ada, clock))
    assert user == ada
    assert (proof.factors, proof.amr, proof.identifies) == ({Factor.POSSESSION}, ("otp",), False)
    assert recovery_code.offers(attempt(ada, clock)) == {"left": 9}
    assert refused(ada, clock, paper[4]) == "wrong_code"


@pytest.mark.parametrize(
    "retype",
    [str.lower, lambda code: code.replace("-", ""), lambda code: code.replace("-", " "), lambda code: f"  {code}\n",
     lambda code: code.replace("O", "0").replace("I", "1"), lambda code: code.replace("-", "–")],
)  # fmt: skip
def test_it_may_be_typed_as_people_do(ada: User, paper: list[str], clock: Clock, retype) -> None:
    for code in paper:
        recovery_code.prove({"recovery_code": retype(code)}, attempt(ada, clock))
    assert recovery_code.offers(attempt(ada, clock)) is None


@pytest.mark.parametrize("typed", ["", "-", "A" * 24, "x" * 100_000, "\ud800", "\0", "' OR 1=1 --"])
def test_anything_else_is_refused(ada: User, paper: list[str], clock: Clock, typed: str) -> None:
    assert refused(ada, clock, typed) == "wrong_code"


def test_the_paper_of_somebody_else_opens_nothing_and_stays_good(ada: User, paper: list[str], clock: Clock) -> None:
    grace = given.user("grace")
    assert refused(grace, clock, paper[0]) == "wrong_code"
    recovery_code.prove({"recovery_code": paper[0]}, attempt(ada, clock))


def test_new_ones_replace_the_old_ones(ada: User, paper: list[str], clock: Clock) -> None:
    new = recovery_code.new_codes()
    recovery_code.enrol(ada, new, clock.now)
    assert recovery_code.left(ada) == 10
    assert refused(ada, clock, paper[0]) == "wrong_code"
    recovery_code.prove({"recovery_code": new[0]}, attempt(ada, clock))


def test_only_digests_are_kept(paper: list[str]) -> None:
    kept = json.dumps([credential.__data__ for credential in Credential.select()])
    assert not [code for code in paper if code in kept or code.replace("-", "") in kept]


def test_disabled_ones_are_neither_good_nor_counted(ada: User, paper: list[str], clock: Clock) -> None:
    Credential.update(disabled_at=clock.now).execute()
    assert recovery_code.left(ada) == 0
    assert refused(ada, clock, paper[0]) == "wrong_code"
    assert credentials.has_second(ada)
