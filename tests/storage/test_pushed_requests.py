"""Pushed requests and used assertions, as rows: each used once, and gone when they are over."""

from __future__ import annotations

from idp.storage import interactions, purge, pushed_requests, used_assertions
from idp.storage.models import PushedRequest, UsedAssertion
from tests import given
from tests.conftest import Clock


def test_a_request_is_found_by_its_client_only_and_used_once(storage: None, clock: Clock) -> None:
    app, other = given.client(), given.client("other")
    pushed_requests.add("pr_x", app, {"state": "s"}, clock.now + 90)
    assert pushed_requests.find("pr_x", other, clock.now) is None
    assert not pushed_requests.use("pr_x", other, "theirs", clock.now)
    found = pushed_requests.find("pr_x", app, clock.now)
    assert found is not None and (found.request, found.interaction) == ({"state": "s"}, None)
    assert pushed_requests.use("pr_x", app, "mine", clock.now)
    assert not pushed_requests.use("pr_x", app, "again", clock.now)
    used = pushed_requests.find("pr_x", app, clock.forward(interactions.LIFETIME - 1))
    assert used is not None and used.interaction == "mine"
    assert pushed_requests.find("pr_x", app, clock.forward(1)) is None


def test_one_that_is_too_old_is_neither_found_nor_used(storage: None, clock: Clock) -> None:
    app = given.client()
    pushed_requests.add("pr_x", app, {}, clock.now + 90)
    clock.forward(90)
    assert pushed_requests.find("pr_x", app, clock.now) is None
    assert not pushed_requests.use("pr_x", app, "late", clock.now)


def test_what_is_over_is_purged_and_the_rest_stays(storage: None, clock: Clock) -> None:
    app = given.client()
    for handle in ("pr_used", "pr_waiting"):
        pushed_requests.add(handle, app, {}, clock.now + 90)
    assert pushed_requests.use("pr_used", app, "mine", clock.now)
    assert used_assertions.use("app", "short", clock.now + 90) and used_assertions.use("app", "long", clock.now + 3_600)
    purge.purge(clock.forward(91))
    assert [row.interaction for row in PushedRequest.select()] == ["mine"]
    assert UsedAssertion.select().count() == 1
    purge.purge(clock.forward(interactions.LIFETIME))
    assert PushedRequest.select().count() == UsedAssertion.select().count() == 0


def test_an_assertion_is_used_once_by_each_client(storage: None, clock: Clock) -> None:
    assert used_assertions.use("app", "1", clock.now + 60)
    assert not used_assertions.use("app", "1", clock.now + 60)
    assert used_assertions.use("other", "1", clock.now + 60)
    assert used_assertions.use("app", "1\n2", clock.now + 60), "no two pairs are alike"
