"""What happened to somebody's account, in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from idp import activity
from idp.web.account import event_words
from tests import given
from tests.conftest import Clock
from tests.web.account.conftest import Visitor


def test_events_are_told_newest_first_with_place_and_time(visit: Callable[..., Visitor], clock: Clock) -> None:
    ada = visit(given.user(zoneinfo="Asia/Tokyo"))
    given.client()
    clock.now = 1_767_225_600  # midnight, the first of January 2026, UTC
    activity.record("sign_in.refused", user="ada", address="198.51.100.7", reason="wrong_password")
    clock.forward(60)
    activity.record("code.issued", user="ada", client="app", address="192.0.2.1", attempt="a")
    clock.now = ada.session.seen_at
    page = ada.get("/account/activity").text
    assert page.index("Signed in to The app") < page.index("A wrong password was tried")
    assert "198.51.100.7" in page
    assert re.search(r'<time datetime="2026-01-01T09:00:00\+09:00">Jan 1, 2026, 9:00\sAM</time>', page)


def test_others_events_and_those_without_words_are_not_told(ada: Visitor) -> None:
    activity.record("sign_in", user="grace", authenticator="password")
    activity.record("token.issued", user="ada")
    assert "Nothing has happened yet." in ada.get("/account/activity").text


def test_a_sign_in_that_went_through_is_told_once(ada: Visitor) -> None:
    given.client()
    for event in ("sign_in", "second_factor", "code.issued"):
        activity.record(event, user="ada", client="app", attempt="a", authenticator="totp")
    activity.record("sign_in", user="ada", client="app", attempt="b", authenticator="password")
    page = ada.get("/account/activity").text
    assert page.count("<li>") - page.count("<li><a") == 2
    assert "Signed in for The app: Password" in page


def test_what_became_of_applications_after_signing_out_is_told(ada: Visitor) -> None:
    given.client()
    activity.record("signed_out", user="ada")
    activity.record("signed_out", user="ada", client="app")
    for outcome in ("told", "delayed", "given_up"):
        activity.record(f"logout.{outcome}", user="ada", client="app", tries=1)
    page = ada.get("/account/activity").text
    for words in (
        "Signed out at the wish of The app",
        "The app was told that you signed out",
        "couldn’t be told yet",
        "do it there too",
    ):
        assert words in page


def test_older_events_are_on_the_next_page(ada: Visitor) -> None:
    for number in range(70):
        activity.record("group.granted", user="ada", group=f"group{number}")
    seen: list[str] = []
    address: str | None = "/account/activity"
    pages = 0
    while address:
        page = ada.get(address).text
        seen += re.findall(r"the group (group\d+)", page)
        found = re.search(r'href="(/account/activity\?before=\d+)"', page)
        address, pages = (found[1] if found else None), pages + 1
    assert seen == [f"group{number}" for number in reversed(range(70))]
    assert pages == 3


@pytest.mark.parametrize("before", ["x", "-1", "0", "9" * 40, ""])
def test_a_page_that_can_not_be_is_the_first(ada: Visitor, before: str) -> None:
    activity.record("signed_out", user="ada")
    assert "Signed out" in ada.get(f"/account/activity?before={before}").text


def test_what_strangers_typed_is_only_text(ada: Visitor) -> None:
    activity.record("code.issued", user="ada", client="<script>alert(1)</script>")
    page = ada.get("/account/activity").text
    assert "<script>alert" not in page and "&lt;script&gt;" in page


@pytest.mark.parametrize("event", sorted(event_words.EVENTS))
def test_every_event_has_words_whatever_its_row_lacks(ada: Visitor, event: str) -> None:
    details = {"group": "family"} if event.startswith("group.") else {}
    activity.record(event, user="ada", **details)
    page = ada.get("/account/activity").text
    assert "Nothing" not in page and "None" not in page and "%(" not in page
