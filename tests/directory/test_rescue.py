"""Letting people in again."""

from __future__ import annotations

import pytest

from idp import clock
from idp.directory import rescue
from idp.errors import Invalid
from idp.storage import credentials, links, sessions
from idp.storage.models import Activity, Grant, Link
from tests import given


def test_a_link_replaces_those_of_the_same_person_alone(storage: None) -> None:
    ada, bob = given.user(), given.user("bob")
    now, first, others = clock.now(), rescue.new_link(ada), rescue.new_link(bob)
    set_up = links.add(links.SETUP, 60, now, ada)
    second = rescue.new_link(ada)
    assert not links.is_good(first, links.SIGN_IN, now)
    assert links.is_good(second, links.SIGN_IN, now) and links.is_good(others, links.SIGN_IN, now)
    assert links.is_good(set_up, links.SETUP, now)


def test_who_is_disabled_gets_no_link(storage: None) -> None:
    with pytest.raises(Invalid, match="idp user enable ada"):
        rescue.new_link(given.user(disabled_at=1))
    assert Link.select().count() == 0


def test_resetting_takes_every_second_factor_session_and_grant_and_nobody_elses(storage: None) -> None:
    ada, bob = given.user(), given.user("bob")
    for person in (ada, bob):
        for kind in ("password", "totp", "passkey", "recovery_code", "recovery_code"):
            credentials.add(person, kind, {}, 1)
    (_, hers), (_, his) = given.session(ada), given.session(bob)
    application = given.client()
    grants = [given.grant(person, application) for person in (ada, bob)]
    assert rescue.reset_factors(ada) == 4
    assert credentials.every_second(ada) == [] and len(credentials.every_second(bob)) == 4
    assert len(credentials.of(ada, "password")) == 1
    assert sessions.find(hers, clock.now()) is None and sessions.find(his, clock.now()) is not None
    assert [Grant.get_by_id(grant.id).revoked_at is None for grant in grants] == [False, True]
    (row,) = Activity.select().where(Activity.event == "user.factors_reset")
    assert (row.username, row.detail["removed"]) == ("ada", 4)
