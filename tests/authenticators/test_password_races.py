"""What happens to a password's owner while the password is being compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from idp import throttle
from idp.authenticators import Try, password
from idp.authenticators.password import hashing
from idp.directory import users as people
from idp.errors import Refused
from idp.storage import users
from idp.storage.models import Session, Throttle, User
from tests import given
from tests.conftest import PASSWORD, Clock


@pytest.fixture
def ada(storage: None, clock: Clock) -> User:
    person = given.user("ada", is_admin=False)
    password.enrol(person, hashing.hash(PASSWORD), clock.now)
    return person


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Lets something happen once between the comparison of a hash and what follows from it."""

    def arrange(deed: Callable[[], object]) -> None:
        def off_the_loop(work: Callable[[], Any]) -> Any:
            result = work()
            monkeypatch.setattr(hashing, "off_the_loop", lambda later: later())
            deed()
            return result

        monkeypatch.setattr(hashing, "off_the_loop", off_the_loop)

    return arrange


def tries(clock: Clock, address: str = "192.0.2.1", **form: str) -> User:
    return password.prove({"username": "ada", "password": PASSWORD, **form}, Try("this", clock.now, address))[0]


def test_a_password_that_is_changed_meanwhile_opens_nothing(ada: User, clock: Clock, meanwhile: Any) -> None:
    meanwhile(lambda: people.change(ada, password="another horse, another staple"))
    with pytest.raises(Refused):
        tries(clock)
    assert Session.select().count() == 0


def test_who_is_disabled_meanwhile_stays_out(ada: User, clock: Clock, meanwhile: Any) -> None:
    meanwhile(lambda: people.disable(ada))
    with pytest.raises(Refused):
        tries(clock)


def test_who_is_deleted_meanwhile_is_refused_like_anybody(ada: User, clock: Clock, meanwhile: Any) -> None:
    meanwhile(lambda: users.remove(ada))
    with pytest.raises(Refused):
        tries(clock)


def test_one_address_can_not_shut_everybody_out(ada: User, clock: Clock) -> None:
    for _ in range(3 * throttle.ADDRESS.failures):
        with pytest.raises(Refused):
            tries(clock, password="x" * 1_100)
    assert Throttle.get_by_id("everybody:all").failures == throttle.ADDRESS.failures
    clock.forward(throttle.ACCOUNT.window)
    assert tries(clock, "192.0.2.2") == ada


def test_a_password_in_the_wrong_field_is_not_written_down(ada: User, clock: Clock) -> None:
    from idp import activity

    with pytest.raises(Refused):
        tries(clock, username=PASSWORD)
    assert all(PASSWORD not in f"{row.username}{row.detail}" for row in activity.rows())
