"""A person's own change of their password."""

from __future__ import annotations

import pytest

from idp import activity, opaque
from idp.authenticators import password
from idp.directory import own_password
from idp.directory.circumstances import Circumstances
from idp.errors import Invalid, PageError, Refused
from idp.storage import access_tokens, credentials, links, sessions
from idp.tries import Try
from tests import given
from tests.conftest import Clock

NEW = "seven grey herons overhead"
HERE = Circumstances("192.0.2.1", "Firefox")


def test_the_new_password_counts_and_the_old_one_does_not(storage: None, clock: Clock) -> None:
    ada = given.user()
    session, _ = given.session(ada)
    first, _ = own_password.change(ada, session, "correct horse battery staple", HERE)
    own_password.change(ada, first, NEW, HERE)
    assert password.prove({"username": "ada", "password": NEW}, Try("i", clock.now, None))[0] == ada
    with pytest.raises(Refused):
        password.prove({"username": "ada", "password": "correct horse battery staple"}, Try("i", clock.now, None))


def test_only_the_session_it_was_done_in_goes_on_under_a_new_handle(storage: None, clock: Clock) -> None:
    ada = given.user()
    (mine, old), (_, stolen) = given.session(ada), given.session(ada)
    (_, of_grace) = given.session(given.user("grace"))
    renewed, handle = own_password.change(ada, mine, NEW, HERE)
    assert sessions.find(old, clock.now) is None and sessions.find(stolen, clock.now) is None
    found = sessions.find(handle, clock.now)
    assert found is not None and found.user == ada and found.proofs == mine.proofs
    assert (renewed.sid, renewed.expires_at) == (mine.sid, mine.expires_at)
    assert sessions.find(of_grace, clock.now) is not None


def test_everything_granted_and_every_sign_in_link_is_worth_nothing(storage: None, clock: Clock) -> None:
    ada = given.user()
    mine, _ = given.session(ada)
    token = given.access_token(given.grant(ada, given.client()))
    link = links.add(links.SIGN_IN, 600, clock.now, ada)
    own_password.change(ada, mine, NEW, HERE)
    assert access_tokens.find_alive_of_person(opaque.digest(token), clock.now) is None
    assert not links.is_good(link, links.SIGN_IN, clock.now)


def test_a_session_that_was_ended_meanwhile_changes_nothing(storage: None) -> None:
    ada = given.user()
    mine, _ = given.session(ada)
    sessions.end(mine)
    with pytest.raises(PageError):
        own_password.change(ada, mine, NEW, HERE)
    assert not credentials.of(ada, password.NAME)
    assert not list(activity.rows())


@pytest.mark.parametrize("weak", ["short", "ada ada ada ada ada", "password1234567890"])
def test_a_weak_password_is_refused(storage: None, weak: str) -> None:
    ada = given.user()
    mine, handle = given.session(ada)
    with pytest.raises(Invalid) as refused:
        own_password.change(ada, mine, weak, HERE)
    assert refused.value.problems.keys() == {"password"}
    assert sessions.find(handle, mine.seen_at) is not None


def test_who_has_none_can_set_one(storage: None, clock: Clock) -> None:
    ada = given.user()
    assert own_password.since(ada) is None
    own_password.change(ada, given.session(ada)[0], NEW, HERE)
    assert own_password.since(ada) == clock.now
    (row,) = activity.rows(user="ada")
    assert (row.event, row.address) == ("password.changed", "192.0.2.1")


def test_a_new_address_that_a_thief_asked_for_can_not_be_confirmed_any_more(storage: None, clock: Clock) -> None:
    ada, grace = given.user(), given.user("grace")
    link, of_grace = (links.add(links.EMAIL, 600, clock.now, each, email="thief@example.com") for each in (ada, grace))
    own_password.change(ada, given.session(ada)[0], NEW, HERE)
    assert not links.use(link, links.EMAIL, clock.now)
    assert links.use(of_grace, links.EMAIL, clock.now)
