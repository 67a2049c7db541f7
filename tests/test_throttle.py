"""Counting failures, exactly."""

from __future__ import annotations

import threading

import pytest

from idp import throttle
from idp.storage import database
from idp.storage.database import transaction
from idp.storage.models import Throttle
from idp.throttle import Counter, Limit
from tests.conftest import Clock

THREE = Limit("test", 3, 60)


def test_a_key_is_open_until_its_failures_are_used_up(storage: None, clock: Clock) -> None:
    counter = Counter(THREE, "a")
    for _ in range(3):
        assert counter.is_open(clock.now)
        counter.fail(clock.now)
    assert not counter.is_open(clock.now)
    assert Counter(THREE, "b").is_open(clock.now)
    assert Counter(Limit("other", 3, 60), "a").is_open(clock.now)


def test_the_window_begins_with_the_first_failure_and_does_not_move(storage: None, clock: Clock) -> None:
    counter = Counter(THREE, "a")
    counter.fail(clock.now)
    clock.forward(59)
    counter.fail(clock.now)
    counter.fail(clock.now)
    assert not counter.is_open(clock.now)
    assert counter.is_open(clock.forward(1))
    counter.fail(clock.now)
    assert Throttle.get().failures == 1


def test_failing_on_does_not_lengthen_the_wait(storage: None, clock: Clock) -> None:
    counter = Counter(THREE, "a")
    for _ in range(10):
        counter.fail(clock.now)
        clock.forward(5)
    assert counter.is_open(clock.forward(10))


def test_a_reset_forgets(storage: None, clock: Clock) -> None:
    counter = Counter(THREE, "a")
    for _ in range(3):
        counter.fail(clock.now)
    counter.reset()
    assert counter.is_open(clock.now)
    assert Throttle.select().count() == 0


def test_failures_are_counted_exactly_when_many_fail_at_once(storage: None, clock: Clock) -> None:
    counter, barrier = Counter(Limit("test", 10, 60), "a"), threading.Barrier(20)
    let_through: list[bool] = []

    def guess() -> None:
        barrier.wait()
        with transaction():
            let_through.append(counter.is_open(clock.now))
            counter.fail(clock.now)
        database.close()

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert let_through.count(True) == 10
    assert Throttle.get().failures == 20


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("2001:DB8:1:2::1", "2001:db8:1:2::1", True),
        (None, "", True),
        ("not an address", None, True),
        ("192.0.2.1 ", "x" * 10_000, True),
    ],
)
def test_a_home_counts_as_one_address(one: str | None, other: str | None, same: bool) -> None:
    assert (throttle.address(one) == throttle.address(other)) is same


def test_a_long_name_makes_no_long_key(storage: None, clock: Clock) -> None:
    throttle.account("x" * 100_000).fail(clock.now)
    assert len(Throttle.get().key) < 100


def test_the_limits_are_those_that_are_promised() -> None:
    limits = {
        limit.scope: (limit.failures, limit.window)
        for limit in (throttle.ACCOUNT, throttle.ADDRESS, throttle.EVERYBODY)
    }
    assert limits == {"account": (10, 300), "address": (10, 300), "everybody": (1_000, 300)}


def test_one_address_may_have_so_many_refusals_written_down(storage: None, clock: Clock) -> None:
    noted = [throttle.may_be_noted("192.0.2.1", clock.now) for _ in range(throttle.NOTES.failures + 50)]
    assert noted.count(True) == throttle.NOTES.failures
    assert throttle.may_be_noted("192.0.2.2", clock.now)
    assert throttle.may_be_noted("192.0.2.1", clock.forward(throttle.NOTES.window))


def test_strangers_may_begin_so_many_sign_ins_from_one_address(storage: None, clock: Clock) -> None:
    begun = [throttle.may_begin("192.0.2.1", clock.now) for _ in range(throttle.BEGUN.failures + 50)]
    assert begun.count(True) == throttle.BEGUN.failures
    assert not throttle.may_begin("::ffff:192.0.2.1", clock.now)
    assert throttle.may_begin("192.0.2.2", clock.now)
    assert throttle.may_begin("192.0.2.1", clock.forward(throttle.BEGUN.window))


def test_sign_ins_that_were_finished_do_not_count_as_begun(storage: None, clock: Clock) -> None:
    for _ in range(3 * throttle.BEGUN.failures):
        assert throttle.may_begin("192.0.2.1", clock.now)
        throttle.has_finished("192.0.2.1")
    throttle.has_finished("192.0.2.1")
    assert Throttle.get().failures == 0, "finishing more than were begun earns nothing"


def test_after_a_thousand_failures_nobody_gets_in_for_the_rest_of_five_minutes(storage: None, clock: Clock) -> None:
    everybody = throttle.everybody()
    for _ in range(1_000):
        assert everybody.is_open(clock.now)
        everybody.fail(clock.now)
    assert not everybody.is_open(clock.forward(299))
    assert everybody.is_open(clock.forward(1))


def test_one_client_may_push_so_many_requests_and_a_public_one_from_each_address(storage: None, clock: Clock) -> None:
    Throttle.create(
        key="pushed:app", failures=throttle.PUSHED.failures - 1, expires_at=clock.now + throttle.PUSHED.window
    )
    assert [throttle.may_push("app", None, clock.now) for _ in range(3)] == [True, False, False]
    assert throttle.may_push("app", "192.0.2.1", clock.now)
    Throttle.create(
        key="pushed:spa:192.0.2.1", failures=throttle.PUSHED.failures, expires_at=clock.now + throttle.PUSHED.window
    )
    assert not throttle.may_push("spa", "192.0.2.1", clock.now)
    assert not throttle.may_push("spa", "::ffff:192.0.2.1", clock.now)
    assert throttle.may_push("spa", "192.0.2.2", clock.now)
    assert throttle.may_push("app", None, clock.forward(throttle.PUSHED.window))
