"""Everything that ends sessions has applications told of it, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from idp import clock, sign_outs
from idp.directory import devices, own_password, rescue, users
from idp.directory.circumstances import Circumstances
from idp.storage import sessions
from idp.storage.database import transaction
from idp.storage.models import Grant, LogoutDelivery, Session, User
from tests import given
from tests.conftest import Clock

PASSWORD = "violet tractor umbrella nineteen"
HERE = Circumstances("192.0.2.1", "Firefox")


@pytest.fixture(autouse=True)
def root(storage: None) -> User:
    """Somebody administers, so others may be shut out."""
    return given.user("root", is_admin=True)


@pytest.fixture
def ada() -> User:
    """Somebody who is signed in in two browsers, with one application in each that wants to be told."""
    return given.user()


@pytest.fixture
def here(ada: User) -> Session:
    return _gone_on(ada, "first")


@pytest.fixture(autouse=True)
def there(ada: User, here: Session) -> Session:
    return _gone_on(ada, "second")


def _gone_on(person: User, name: str) -> Session:
    session, _ = given.session(person)
    told = given.client(name, backchannel_logout_uri=f"https://{name}.example.org/told")
    for client in (told, given.client(f"{name}-deaf")):
        grant = given.grant(person, client, sid=session.sid)
        Grant.update(code_used_at=clock.now()).where(Grant.id == grant.id).execute()
    return session


def told() -> list[str]:
    """The applications that have to be told."""
    return sorted(delivery.client.client_id for delivery in LogoutDelivery.select())


@pytest.mark.parametrize(
    "deed",
    [
        users.disable,
        users.delete,
        users.end_sessions,
        rescue.reset_factors,
        lambda ada: users.change(ada, password=PASSWORD),
    ],
    ids=["disable", "delete", "end_sessions", "reset_factors", "password"],
)
def test_what_an_administrator_does_is_told_to_all(ada: User, deed: Callable[[User], object]) -> None:
    deed(ada)
    assert told() == ["first", "second"]
    assert {delivery.sub for delivery in LogoutDelivery.select()} == {ada.sub}


def test_other_changes_are_told_to_nobody(ada: User) -> None:
    users.change(ada, display_name="Ada")
    assert told() == []


def test_a_new_password_of_ones_own_is_told_to_all_but_the_browser_it_is_chosen_in(ada: User, here: Session) -> None:
    found = sessions.of_user(ada, clock.now())
    mine = next(each for each in found if each.sid == here.sid)
    mine.user = ada
    renewed, _ = own_password.change(ada, mine, PASSWORD, HERE)
    assert renewed.sid == here.sid
    assert told() == ["second"]


def test_one_device_that_is_ended_is_told_to_its_applications(ada: User, there: Session) -> None:
    assert devices.end(ada, there.sid, HERE)
    assert told() == ["second"]
    assert not devices.end(ada, there.sid, HERE)
    assert told() == ["second"]


def test_all_others_that_are_ended_are_told(ada: User, here: Session) -> None:
    devices.end_others(ada, here, HERE)
    assert told() == ["second"]


def test_a_deed_that_does_not_happen_is_told_to_nobody(root: User) -> None:
    session = _gone_on(root, "roots")
    with pytest.raises(Exception, match="administrator"):
        users.disable(root)
    assert told() == []
    assert sessions.of_user(root, clock.now())[0].sid == session.sid


def test_a_deed_and_its_deliveries_share_their_fate(ada: User) -> None:
    with pytest.raises(RuntimeError), transaction(durable=True):
        sessions.end_of_user(ada)
        sign_outs.tell_of_user(ada, clock.now())
        raise RuntimeError
    assert told() == []
    assert len(sessions.of_user(ada, clock.now())) == 2


def test_who_has_only_been_given_a_code_is_not_told(ada: User, here: Session) -> None:
    Grant.update(code_used_at=None).execute()
    users.end_sessions(ada)
    assert told() == []


def test_a_grant_of_an_application_that_is_told_is_kept_as_long_as_the_session(ada: User, clock: Clock) -> None:
    session, _ = given.session(ada)
    before = session.expires_at
    grant = given.grant(
        ada, given.client("third", backchannel_logout_uri="https://third.example.org/"), sid=session.sid
    )
    other = given.grant(ada, given.client("fourth"), sid=session.sid)
    clock.forward(3_600)
    renewed, _ = given.session(ada)
    with transaction():
        sessions.keep_sid(renewed, session)
        sessions.end(session)
    assert renewed.expires_at > before
    assert Grant.get_by_id(grant.id).expires_at == renewed.expires_at
    assert Grant.get_by_id(other.id).expires_at == other.expires_at
