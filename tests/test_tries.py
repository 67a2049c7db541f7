"""Tries of a second factor: 5 in 5 minutes, 20 an hour, 50 a day, 100 in a row, exactly."""

from __future__ import annotations

import pytest

from idp import activity, mail, mail_account, tries
from idp.assurance import Factor, Proof
from idp.errors import Refused
from idp.storage import credentials
from idp.storage.models import Credential, Mail, User
from idp.throttle import SECOND_FACTOR
from idp.tries import Try
from tests import given
from tests.conftest import Clock

MINUTE, HOUR, DAY = 60, 3_600, 86_400


@pytest.fixture
def ada(storage: None, clock: Clock) -> User:
    person = given.user("ada")
    credentials.add(person, "totp", {}, clock.now)
    return person


class Somebody:
    """Tries again and again."""

    def __init__(self, person: User, clock: Clock, authenticator: str = "totp") -> None:
        self.person, self.clock, self.authenticator = person, clock, authenticator
        self.looked = 0

    def tries(self, *, right: bool = False) -> str:
        """The reason of the refusal, or `in`."""

        def look(_: User) -> Proof | Refused:
            self.looked += 1
            if right:
                return Proof("totp", frozenset({Factor.POSSESSION}), ("otp",), self.clock.now, "this", identifies=False)
            return Refused("wrong_code", "Wrong.")

        trying = Try("this", self.clock.now, "192.0.2.1", "attempt", "app", self.person)
        try:
            tries.decide(trying, self.authenticator, look)
        except Refused as refused:
            self.sentence = refused.sentence
            return refused.reason
        return "in"

    def fails(self, times: int) -> None:
        for _ in range(times):
            assert self.tries() == "wrong_code"


@pytest.fixture
def guesser(ada: User, clock: Clock) -> Somebody:
    return Somebody(ada, clock)


def test_the_limits_are_those_that_are_promised() -> None:
    assert [(limit.failures, limit.window) for limit in SECOND_FACTOR] == [(5, 5 * MINUTE), (20, HOUR), (50, DAY)]
    assert credentials.MOST_FAILURES == 100
    assert tries.TOO_MANY.keys() == tries.OR_ANOTHER_WAY.keys() == {limit.window for limit in SECOND_FACTOR}


def test_after_five_failures_nothing_is_looked_at_for_five_minutes(guesser: Somebody, clock: Clock) -> None:
    guesser.fails(5)
    assert guesser.tries(right=True) == "too_many_tries"
    assert guesser.looked == 5
    assert "five minutes" in guesser.sentence
    clock.forward(5 * MINUTE - 1)
    assert guesser.tries(right=True) == "too_many_tries"
    clock.forward(1)
    assert guesser.tries(right=True) == "in"


def test_four_failures_disturb_nobody(guesser: Somebody) -> None:
    for _ in range(3):
        guesser.fails(4)
        assert guesser.tries(right=True) == "in"


def test_twenty_failures_an_hour(guesser: Somebody, clock: Clock) -> None:
    began = clock.now
    for _ in range(4):
        guesser.fails(5)
        clock.forward(5 * MINUTE)
    assert guesser.tries(right=True) == "too_many_tries"
    assert "an hour" in guesser.sentence
    clock.forward(began + HOUR - clock.now)
    assert guesser.tries(right=True) == "in"


def test_fifty_failures_a_day(guesser: Somebody, clock: Clock) -> None:
    began, failed = clock.now, 0
    while guesser.tries() == "wrong_code" or clock.forward(MINUTE) < began + 5 * HOUR:
        failed = guesser.looked
    assert failed == 50
    assert "tomorrow" in guesser.sentence
    clock.forward(began + DAY - 1 - clock.now)
    assert guesser.tries(right=True) == "too_many_tries"
    clock.forward(1)
    assert guesser.tries(right=True) == "in"


def test_who_comes_too_soon_does_not_wait_longer(guesser: Somebody, clock: Clock) -> None:
    guesser.fails(5)
    for _ in range(100):
        assert guesser.tries() == "too_many_tries"
    clock.forward(5 * MINUTE)
    guesser.fails(5)
    assert credentials.of(guesser.person, "totp")[0].failures == 10


def test_a_person_who_signs_in_gives_a_guesser_no_new_hour_and_day(guesser: Somebody, clock: Clock) -> None:
    for _ in range(5):
        guesser.fails(4)
        assert guesser.tries(right=True) == "in" or guesser.looked == 24
    assert guesser.tries(right=True) == "too_many_tries"
    assert "an hour" in guesser.sentence


def test_kinds_are_counted_each_for_itself(guesser: Somebody, ada: User, clock: Clock) -> None:
    guesser.fails(5)
    assert Somebody(ada, clock, "recovery_code").tries(right=True) == "in"
    assert Somebody(given.user("grace"), clock).tries(right=True) == "in"


def test_a_hundred_failures_in_a_row_disable_the_kind_and_only_it(guesser: Somebody, ada: User, clock: Clock) -> None:
    other = credentials.add(ada, "passkey", {}, clock.now)
    theirs = credentials.add(given.user("grace"), "totp", {}, clock.now)
    for number in range(100):
        assert credentials.usable(ada, "totp"), number
        guesser.fails(1)
        clock.forward(DAY)
    assert credentials.usable(ada, "totp") == []
    assert {row.id for row in Credential.select().where(Credential.disabled_at.is_null())} == {other.id, theirs.id}
    events = [row.event for row in activity.rows() if row.event != "second_factor.refused"]
    assert events == ["authenticator.disabled"]


def test_whoever_has_a_kind_disabled_is_told_by_mail_once(guesser: Somebody, ada: User, clock: Clock) -> None:
    mail.use(mail_account.parse("smtp://127.0.0.1:1", "id@example.org", name="Foyer", issuer="http://localhost"))
    try:
        for _ in range(101):
            guesser.fails(1)
            clock.forward(DAY)
    finally:
        mail.use(None)
    (told,) = Mail.select()
    assert (told.kind, told.recipient, told.detail["kind"]) == ("authenticator_disabled", ada.email, "totp")


def test_a_success_ends_the_row_of_failures(guesser: Somebody, clock: Clock) -> None:
    for _ in range(99):
        guesser.fails(1)
        clock.forward(DAY)
    assert guesser.tries(right=True) == "in"
    guesser.fails(1)
    assert [app.failures for app in credentials.usable(guesser.person, "totp")] == [1]


def test_a_success_brings_back_nothing_that_was_disabled(guesser: Somebody, ada: User, clock: Clock) -> None:
    credential = credentials.of(ada, "totp")[0]
    credential.failures, credential.disabled_at = 100, clock.now
    credential.save()
    guesser.tries(right=True)
    (left,) = credentials.of(ada, "totp")
    assert (left.failures, left.disabled_at) == (100, clock.now)


def test_whoever_is_disabled_or_gone_meanwhile_stays_out(guesser: Somebody, ada: User, clock: Clock) -> None:
    User.update(disabled_at=clock.now).execute()
    assert guesser.tries(right=True) == "disabled"
    User.delete().execute()
    assert guesser.tries(right=True) == "disabled"
    assert guesser.looked == 0


def test_another_way_is_advised_only_to_whoever_has_one(ada: User, guesser: Somebody, clock: Clock) -> None:
    guesser.fails(5)
    guesser.tries()
    assert "another way" not in guesser.sentence
    code = credentials.add(ada, "recovery_code", {}, clock.now)
    guesser.tries()
    assert "another way" in guesser.sentence
    Credential.update(disabled_at=1).where(Credential.id == code.id).execute()
    guesser.tries()
    assert "another way" not in guesser.sentence
