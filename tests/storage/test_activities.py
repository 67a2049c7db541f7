"""Looking up what has happened."""

from __future__ import annotations

import pytest

from idp import activity
from idp.storage import activities
from idp.storage.models import Activity
from tests import given
from tests.conftest import Clock


def test_a_look_goes_through_so_many_rows_and_no_more(storage: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = given.user()
    activity.record("signed_out", user="ada")
    for _ in range(25):
        activity.record("token.issued", user="grace")
    assert len(activities.of_user(ada, ["signed_out"], None, 10)[0]) == 1
    monkeypatch.setattr(activities, "LOOKED_THROUGH", 10)
    looks, before = 0, None
    while True:
        found, before = activities.of_user(ada, ["signed_out"], before, 10)
        looks += 1
        if found or before is None:
            break
    assert [row.event for row in found] == ["signed_out"] and looks == 3


def test_pages_join_without_gap_or_overlap(storage: None) -> None:
    ada = given.user()
    for _ in range(7):
        activity.record("signed_out", user="ada")
        activity.record("token.issued", user="ada")
    ids, before = [], None
    while True:
        found, before = activities.of_user(ada, ["signed_out"], before, 3)
        ids += [row.id for row in found]
        if before is None:
            break
    every = [row.id for row in Activity.select().where(Activity.event == "signed_out").order_by(Activity.id.desc())]
    assert ids == every


def test_the_last_use_of_each_client_is_known(storage: None, clock: Clock) -> None:
    ada = given.user()
    for client in ("a", "b", "a"):
        activity.record("code.issued", user="ada", client=client)
        clock.forward(10)
    activity.record("code.issued", user="grace", client="c")
    activity.record("sign_in", user="ada", client="d")
    assert activities.last_uses(ada) == {"a": clock.now - 10, "b": clock.now - 20}


def test_without_any_event_nothing_is_found(storage: None) -> None:
    ada = given.user()
    assert activities.of_user(ada, ["signed_out"], None, 10) == ([], None)
    assert activities.last_uses(ada) == {}


def test_who_used_an_application_is_told_as_far_as_is_looked(
    storage: None, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = clock.now
    for name in ("ada", "grace", "ada", "eve"):
        activity.record("token.issued", user=name, client="app")
        activity.record("token.issued", user=name, client="other")
        clock.forward(10)
    activity.record("token.issued", client="app")  # a service, and no person
    assert activities.users_of("app", 2) == ([("eve", began + 30), ("ada", began + 20)], 3, began)
    assert activities.users_of("nobody's", 2)[:2] == ([], 0)
    monkeypatch.setattr(activities, "LOOKED_THROUGH", 4)
    assert activities.users_of("app", 9) == ([("eve", began + 30), ("ada", began + 20)], 2, began + 20)
