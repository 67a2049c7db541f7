"""Long lists, a page at a time."""

from __future__ import annotations

import random

import pytest

from idp.storage import clients
from idp.storage.models import Activity, Client, User
from idp.storage.pages import page_of
from tests import given

pytestmark = pytest.mark.usefixtures("storage")


def names(rows: list[User]) -> list[str]:
    return [row.username for row in rows]


@pytest.mark.parametrize("count", [0, 1, 3, 4, 7, 9])
def test_leafing_forwards_and_back_shows_every_row_once(count: int) -> None:
    wanted = [f"user{number}" for number in range(count)]
    for name in random.sample(wanted, count):
        given.user(name)
    seen, pages = [], []
    page = page_of(User.select(), User.username, most=3)
    assert page.before is None
    while True:
        seen += names(page.rows)
        pages.append(names(page.rows))
        if page.after is None:
            break
        page = page_of(User.select(), User.username, after=page.after, most=3)
    assert seen == wanted
    while page.before is not None:
        pages.pop()
        page = page_of(User.select(), User.username, before=page.before, most=3)
        assert names(page.rows) == pages[-1]
    assert len(pages) <= 1


def test_the_newest_come_first_where_that_is_asked_for() -> None:
    for number in range(5):
        Activity.create(at=number, event="x")
    first = page_of(Activity.select(), Activity.id, newest_first=True, most=2)
    second = page_of(Activity.select(), Activity.id, newest_first=True, after=first.after, most=2)
    assert [row.at for row in first.rows + second.rows] == [4, 3, 2, 1]
    back = page_of(Activity.select(), Activity.id, newest_first=True, before=second.before, most=2)
    assert [row.at for row in back.rows] == [4, 3] and back.before is None and back.after == first.after


def test_names_are_sorted_as_people_do_and_none_is_lost_between_pages() -> None:
    for number, name in enumerate(["beta", "Alpha", "alpha", "ALPHA", "Gamma"]):
        given.client(f"c{number}", name=name)
    seen: list[str] = []
    after = None
    while True:
        page = page_of(Client.select(), Client.name, after=after, most=1, ignoring_case=True)
        seen += [row.name for row in page.rows]
        after = page.after
        if after is None:
            break
    assert sorted(seen[:3]) == ["ALPHA", "Alpha", "alpha"] and seen[3:] == ["beta", "Gamma"]


def test_a_place_that_is_none_shows_a_page_all_the_same() -> None:
    given.client("c", name="Jellyfin")
    for where in ({"after": "zz\x00\ud800"}, {"before": "'; --"}, {"after": "%"}, {"after": "x" * 5_000}):
        clients.page(**where)
    for where in ({"after": "x"}, {"before": "9" * 30}, {"after": "-1"}):
        page_of(Activity.select(), Activity.id, **where)
    assert clients.page("\x00").rows == []


def test_what_is_searched_for_is_no_pattern() -> None:
    given.client("c1", name="100% Jelly_fin")
    given.client("c2", name="Grafana", app_url="https://stats.example.org")
    for words, found in {
        "%": ["c1"],
        "_": ["c1"],
        "JELLY fin": ["c1"],
        "stats": ["c2"],
        "c2": ["c2"],
        "\\": [],
    }.items():
        assert [row.client_id for row in clients.page(words).rows] == found, words
