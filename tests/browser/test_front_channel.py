"""Signing out of several applications in one browser, which sit on origins of their own (Front-Channel Logout 3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Browser, expect

from .house import House
from .leaving import Leaving
from .tab import Tab


@pytest.fixture
def apps(house: House) -> Iterator[list[Leaving]]:
    """Two applications with a page that signs people out, one without."""
    made = [
        Leaving(house.server, "Photos", front_channel="/out?tenant=1"),
        Leaving(house.server, "Wiki", front_channel="/out"),
        Leaving(house.server, "Radio"),
    ]
    yield made
    for each in made:
        each.receiver.stop()


def way_out(house: House, **parameters: str) -> str:
    return f"{house.issuer}/logout?{urlencode(parameters)}"


def test_129_every_application_is_told_before_the_browser_goes_back(
    tab: Tab, house: House, apps: list[Leaving]
) -> None:
    """OP-CHECKLIST items 129 and 130: frames load under the page's policy, then the script moves on."""
    photos, wiki, radio = apps
    hints = [app.sign_in(tab) for app in apps]
    tab.open(way_out(house, id_token_hint=hints[2], post_logout_redirect_uri=f"{radio.origin}/bye", state="a&b=c"))
    tab.arrives_at(radio.origin)
    tab.shows("Good bye")
    assert tab.page.url == f"{radio.origin}/bye?state=a%26b%3Dc"
    sid = photos.application.claims(hints[0])["sid"]
    assert photos.signed_out == [f"/out?tenant=1&iss={quote(house.issuer, safe='')}&sid={sid}"]
    assert wiki.signed_out == [f"/out?iss={quote(house.issuer, safe='')}&sid={sid}"]
    assert radio.signed_out == []
    tab.open(photos.application.url())
    tab.shows("Sign in")


def test_an_application_that_hangs_holds_nobody_up(tab: Tab, house: House, apps: list[Leaving]) -> None:
    photos, wiki, _ = apps
    hint = photos.sign_in(tab)
    wiki.sign_in(tab)
    shown = wiki.receiver.behave
    wiki.receiver.behave = lambda handler, sent: (
        wiki.receiver.over.wait() if sent.path.startswith("/out") else shown(handler, sent)
    )
    tab.page.goto(
        way_out(house, id_token_hint=hint, post_logout_redirect_uri=f"{photos.origin}/bye"), wait_until="commit"
    )
    tab.arrives_at(f"{photos.origin}")
    tab.shows("Good bye")
    assert photos.signed_out and wiki.signed_out


def test_without_script_a_link_leads_back(scriptless_tab: Tab, house: House, apps: list[Leaving]) -> None:
    tab, (photos, wiki, _) = scriptless_tab, apps
    hint = photos.sign_in(tab)
    wiki.sign_in(tab)
    tab.open(way_out(house, id_token_hint=hint, post_logout_redirect_uri=f"{photos.origin}/bye", state="x"))
    tab.shows("You are signed out")
    assert photos.signed_out and wiki.signed_out
    tab.link("Continue")
    tab.shows("Good bye")
    assert tab.page.url == f"{photos.origin}/bye?state=x"


def test_who_signs_out_here_reads_what_became_of_each_application(
    either_tab: Tab, house: House, apps: list[Leaving]
) -> None:
    for app in apps:
        app.sign_in(either_tab)
    either_tab.open(f"{house.issuer}/logout")
    either_tab.press("Sign out")
    either_tab.shows("You are signed out")
    receipts = either_tab.page.get_by_role("list").get_by_role("listitem")
    said = [re.sub(r"\s+", " ", text).strip() for text in either_tab.texts(receipts, len(apps))]
    photos, wiki, radio = (app.name for app in apps)
    assert said == [
        f"{photos} Told in this browser",
        f"{radio} Can’t be told: it ends by itself, or sign out there too",
        f"{wiki} Told in this browser",
    ]
    either_tab.page.wait_for_load_state("load")  # and all frames with it
    assert all(app.signed_out for app in apps[:2])
    assert either_tab.page.url == f"{house.issuer}/logout", "nothing moves on by itself where nobody asked for it"


def test_a_form_on_the_applications_own_page_signs_out_as_well(
    either_tab: Tab, house: House, apps: list[Leaving]
) -> None:
    """The browser keeps our cookie from a form of another site; the link that we answer with brings it."""
    radio = apps[2]
    hint = radio.sign_in(either_tab)
    fields = {"id_token_hint": hint, "post_logout_redirect_uri": f"{radio.origin}/bye", "state": "s"}
    inputs = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in fields.items())
    house.site.front_page = f'<form method="post" action="{house.issuer}/logout">{inputs}<button>Leave</button></form>'
    either_tab.open(house.site.origin)
    either_tab.press("Leave")
    either_tab.shows("Good bye")
    assert either_tab.page.url == f"{radio.origin}/bye?state=s"
    either_tab.open(radio.application.url())
    either_tab.shows("Sign in")


def test_who_was_asked_comes_back_to_the_application(either_tab: Tab, house: House, apps: list[Leaving]) -> None:
    """The policy of the page lets its form end at the application, which browsers check."""
    radio = apps[2]
    radio.sign_in(either_tab)
    either_tab.open(
        way_out(house, client_id=radio.application.id, post_logout_redirect_uri=f"{radio.origin}/bye", state="s")
    )
    either_tab.shows("Sign out of Foyer?")
    expect(either_tab.page.get_by_role("main")).to_contain_text(f"{radio.name} asks for it.")
    either_tab.press("Sign out")
    either_tab.shows("Good bye")
    assert either_tab.page.url == f"{radio.origin}/bye?state=s"


@pytest.mark.parametrize("element", ["img", "iframe", "form"])
def test_a_page_of_another_site_signs_nobody_out_by_itself(
    chromium: Browser, open_tab: Callable[..., Tab], house: House, apps: list[Leaving], element: str
) -> None:
    """With a genuine proof even: pictures and frames of other sites don't bring our cookie, forms without a proof ask."""
    radio = apps[2]
    context = chromium.new_context()  # unwatched: that the browser complains is right here
    tab = Tab(context)
    hint = radio.sign_in(tab)
    address = way_out(house, id_token_hint=hint)
    if element == "form":
        house.site.front_page = (
            f'<form id="f" method="post" action="{house.issuer}/logout"><input type="hidden" name="decision" value="logout">'
            '</form><script>document.getElementById("f").submit()</script>'
        )
    else:
        house.site.front_page = f'<{element} src="{address}"></{element}>'
    tab.page.goto(house.site.origin)
    if element == "form":
        tab.shows("This form was sent by another site")
    else:
        tab.page.wait_for_load_state("load")
    radio.receiver.requests.clear()
    tab.open(radio.application.url(prompt="none"))
    tab.shows("Welcome")
    assert "code" in radio.application.answer(tab.page.url), "still signed in"
    context.close()
