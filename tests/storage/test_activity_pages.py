"""The administrators' pages of events: by person, application, kind and time, found by key."""

from __future__ import annotations

import pytest

from idp import activity
from idp.storage import activities
from idp.storage.activities import Wanted
from idp.storage.models import Activity
from tests.conftest import Clock

pytestmark = pytest.mark.usefixtures("storage")


def happened(clock: Clock, count: int) -> None:
    for number in range(count):
        activity.record(
            "sign_in" if number % 2 else "page.refused", user=f"user{number % 3}", client=f"app{number % 5}"
        )
        clock.forward(60)


def ids(wanted: Wanted = Wanted(), **where: int) -> list[int]:  # noqa: B008  it is frozen
    return [row.id for row in activities.page(wanted, most=7, **where).rows]


def walked(wanted: Wanted) -> list[int]:
    """The rows of all pages, going on until there are none, then the way back, which has to show the same."""
    found, after, before = [], None, None
    while True:
        page = activities.page(wanted, after=after, most=7)
        found += [row.id for row in page.rows]
        before = page.before
        if page.after is None:
            break
        after = int(page.after)
    back = [row.id for row in page.rows]
    while before is not None:
        page = activities.page(wanted, before=int(before), most=7)
        back = [row.id for row in page.rows] + back
        before = page.before
    assert back == found
    return found


def test_pages_hold_every_event_once_newest_first_and_back_again(clock: Clock) -> None:
    happened(clock, 40)
    everything = [row.id for row in Activity.select()]
    assert walked(Wanted()) == sorted(everything, reverse=True)


def test_a_page_that_looks_through_little_goes_on_from_where_it_ended(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activities, "LOOKED_THROUGH", 4)
    happened(clock, 40)
    fitting = [row.id for row in Activity.select() if row.username == "user1" and row.client_id == "app1"]
    assert len(fitting) >= 2
    assert walked(Wanted(user="user1", client="app1")) == sorted(fitting, reverse=True)
    assert walked(Wanted(user="nobody")) == []


def test_kinds_are_these_events_or_all_others(clock: Clock) -> None:
    happened(clock, 6)
    signed_in, others = ids(Wanted(events={"sign_in"})), ids(Wanted(events={"sign_in"}, are_others=True))
    assert len(signed_in) == len(others) == 3
    assert not set(signed_in) & set(others)


def test_a_span_of_time_is_found_without_looking_at_all_events(clock: Clock) -> None:
    start = clock.now
    happened(clock, 30)
    Activity.delete().where(Activity.id.in_([row.id for row in Activity.select() if row.at % 180 == 0])).execute()
    for since, until in [(start + 300, start + 900), (start - 9, start + 61), (start + 1_700, start + 99_999)]:
        wanted = Wanted(since=since, until=until)
        assert walked(wanted) == [
            row.id for row in Activity.select().order_by(Activity.id.desc()) if since <= row.at < until
        ]
    assert ids(Wanted(since=start + 900, until=start + 300)) == []
    assert ids(Wanted(since=start + 99_999)) == []


def test_where_nothing_happened_there_is_an_empty_page() -> None:
    page = activities.page(Wanted())
    assert (page.rows, page.before, page.after) == ([], None, None)
    assert ids(after=5) == ids(before=5) == ids(Wanted(user="a\0b")) == []
