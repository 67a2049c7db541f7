"""The list of events and the timeline of one sign-in."""

from __future__ import annotations

import pytest

from idp import activity
from idp.storage.models import Activity
from idp.web.admin.activity import words
from tests import given
from tests.conftest import Clock
from tests.web.conftest import Visitor


def row_of(event: str) -> Activity:
    found: Activity = Activity.get(Activity.event == event)
    return found


def test_events_are_listed_newest_first_with_the_applications_name(root: Visitor, clock: Clock) -> None:
    given.client("app", name="Jellyfin")
    activity.record("sign_in", user="ada", client="app", address="192.0.2.7")
    clock.forward(60)
    activity.record("key.rotated", kids=["a"])
    page = root.get("/admin/activity").text
    assert page.index("New signing keys are in use") < page.index("Showed who they are")
    assert "Jellyfin" in page and "192.0.2.7" in page


@pytest.mark.parametrize(
    "query",
    [
        "user=Ada",
        "client=Jellyfin",
        "client=app",
        "kind=sign-ins",
        "from=2000-01-01&user=ada",
        "to=2999-12-31&user=ada",
    ],
)
def test_events_are_found_by_person_application_kind_and_time(root: Visitor, query: str) -> None:
    given.client("app", name="Jellyfin")
    activity.record("sign_in", user="ada", client="app")
    activity.record("key.rotated", kids=["a"])
    page = root.get(f"/admin/activity?{query}").text
    assert "Showed who they are" in page
    assert "New signing keys" not in page


def test_a_day_is_the_readers_day(root: Visitor, clock: Clock) -> None:
    root.user.__class__.update(zoneinfo="Asia/Tokyo").execute()
    clock.now = 1_769_871_600  # 2026-01-31T15:00:00Z, the first of February in Tokyo
    given.session(root.user)
    activity.record("sign_in", user="ada")
    clock.forward(1)
    assert "Showed" in root.get("/admin/activity?from=2026-02-01&to=2026-02-01").text
    assert "Showed" not in root.get("/admin/activity?to=2026-01-31").text


@pytest.mark.parametrize("query", ["from=yesterday", "to=9999-12-31", "after=x&before=-1", "after=999999999999999999999",
                                   "kind=nothing", "user=%00", "client=%00%ff", "from=0001-01-01"])  # fmt: skip
def test_nonsense_is_answered_with_a_page(root: Visitor, query: str) -> None:
    assert root.get(f"/admin/activity?{query}").status_code == 200


def test_a_date_that_is_none_is_told(root: Visitor) -> None:
    assert "Write a date such as" in root.get("/admin/activity?from=yesterday").text


def test_names_with_markup_are_text(root: Visitor) -> None:
    markup = "<script>alert(1)</script>"
    given.client("app", name=markup)
    activity.record("page.refused", user=markup, client="app", reason=markup, said=markup, attempt="a")
    for address in ("/admin/activity", f"/admin/activity/{row_of('page.refused').id}"):
        page = root.get(address).text
        assert "&lt;script&gt;" in page and markup not in page


@pytest.mark.parametrize("row", ["0", "999999", "9" * 18, "9" * 30])
def test_an_event_that_is_not_there_is_not_found(root: Visitor, row: str) -> None:
    assert root.get(f"/admin/activity/{row}").status_code == 404


def test_a_code_that_nobody_fetches_tells_where_to_look(root: Visitor, clock: Clock) -> None:
    given.client("app")
    activity.record("code.issued", attempt="a", user="ada", client="app", scopes=["openid", "groups"])
    address = f"/admin/activity/{row_of('code.issued').id}"
    assert "hasn’t fetched the result yet" in root.get(address).text
    clock.forward(61)
    assert "never asked for the token" in root.get(address).text
    assert "http://localhost:8000/token" in root.get(address).text
    activity.record("token.issued", attempt="a", user="ada", client="app")
    assert "never asked" not in root.get(address).text


@pytest.mark.parametrize("in_the_id_token", [True, False])
def test_details_that_are_never_asked_for_are_missed_only_where_they_are_told_nowhere_else(
    root: Visitor, clock: Clock, in_the_id_token: bool
) -> None:
    given.client("app", id_token_claims=in_the_id_token)
    for event in ("code.issued", "token.issued"):
        activity.record(event, attempt="a", user="ada", client="app", scopes=["openid", "groups"])
    address = f"/admin/activity/{row_of('code.issued').id}"
    assert "never asked" not in root.get(address).text
    clock.forward(61)
    assert ("never asked for the person’s details" in root.get(address).text) is not in_the_id_token
    activity.record("userinfo.asked", attempt="a", user="ada", client="app")
    assert "never asked" not in root.get(address).text


def test_who_never_comes_back_is_told_apart_from_who_is_still_there(root: Visitor, clock: Clock) -> None:
    given.client("app")
    activity.record("authorization.requested", attempt="a", client="app")
    address = f"/admin/activity/{row_of('authorization.requested').id}"
    assert "hasn’t finished signing in yet" in root.get(address).text
    Activity.update(at=clock.now - 3_601).execute()
    assert "never finished" in root.get(address).text


@pytest.mark.parametrize(
    ("reason", "said", "goes_on"),
    [
        ("csrf", "open for too long", True),
        ("no_cookie", "no cookie", True),
        ("another_browser", "in another browser", True),
        ("interaction_gone", "older than an hour", False),
    ],
)
def test_a_refused_page_stands_in_its_sign_in_and_ends_it_only_if_it_is_over(
    root: Visitor, clock: Clock, reason: str, said: str, goes_on: bool
) -> None:
    given.client("app", name="Jellyfin")
    activity.record("authorization.requested", attempt="a", client="app")
    activity.record(
        "page.refused", attempt="a", client="app", reason=reason, path="/interaction/x", incident="12345678"
    )
    page = root.get(f"/admin/activity/{row_of('page.refused').id}").text
    assert "The application sent somebody here to sign in" in page and "Jellyfin" in page and said in page
    assert ("hasn’t finished signing in yet" in page) is goes_on


def test_events_without_a_sign_in_stand_alone(root: Visitor) -> None:
    activity.record("key.rotated", kids=["abc"])
    activity.record("key.retired", kid="def")
    page = root.get(f"/admin/activity/{row_of('key.rotated').id}").text
    assert "One event" in page and "abc" in page and "def" not in page


def test_every_event_that_the_terminal_has_words_for_has_some_here() -> None:
    from idp.cli import activity_words

    assert activity_words._SENTENCES.keys() <= words._TITLES.keys()


@pytest.mark.parametrize(
    ("event", "words"), [("logout.delayed", "told again by itself"), ("logout.given_up", "Nothing more is tried")]
)
def test_an_application_that_could_not_be_told_of_a_sign_out_is_shown_with_what_to_do(
    root: Visitor, event: str, words: str
) -> None:
    """OP-CHECKLIST item 128."""
    given.client("app", name="Jellyfin")
    activity.record(event, user="ada", client="app", reason="There is no machine named nas.lan.")
    assert "somebody has signed out" in root.get("/admin/activity?kind=failures").text
    shown = root.get(f"/admin/activity/{row_of(event).id}").text
    assert words in shown and "no machine named nas.lan" in shown
