"""Signing in at an application, as a person sees it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from .house import House
from .tab import Tab


def test_a_person_signs_in_and_arrives_at_the_application_with_a_code(either_tab: Tab, house: House) -> None:
    either_tab.open(house.link(house.dashboard, state="kept as it was"))
    either_tab.shows("Sign in")
    expect(either_tab.page.get_by_role("main")).to_contain_text("to continue to Dashboard")
    either_tab.sign_in()
    either_tab.shows("Back at the application")
    (callback,) = house.site.callbacks
    assert callback.method == "GET", "a 307 would post the password to the application"
    assert set(callback.parameters) == {"code", "state", "iss"}
    assert callback.parameters["state"] == "kept as it was"
    assert callback.parameters["iss"] == house.issuer
    assert callback.referer is None


def test_a_wrong_password_is_refused_in_one_sentence_and_the_name_stays(either_tab: Tab, house: House) -> None:
    either_tab.open(house.link(house.dashboard))
    either_tab.sign_in(password="not my password")
    alert = either_tab.page.get_by_role("alert")
    expect(alert).to_contain_text("didn’t work")
    expect(either_tab.field("User name or e-mail")).to_have_value("alice")
    expect(either_tab.field("Password")).to_have_value("")
    expect(either_tab.field("Password")).to_be_focused()
    expect(either_tab.field("Password")).to_have_attribute("aria-describedby", "refusal")
    either_tab.sign_in()
    either_tab.shows("Back at the application")


def test_the_cursor_waits_in_the_first_field_to_fill_in(tab: Tab, house: House) -> None:
    tab.open(house.link(house.dashboard))
    expect(tab.field("User name or e-mail")).to_be_focused()
    tab.open(house.link(house.dashboard, login_hint="alice"))
    expect(tab.field("User name or e-mail")).to_have_value("alice")
    expect(tab.field("Password")).to_be_focused()


def test_fields_tell_password_managers_what_they_are(tab: Tab, house: House) -> None:
    tab.open(house.link(house.dashboard))
    expect(tab.page.locator("input[name=username]")).to_have_attribute("autocomplete", "username webauthn")
    expect(tab.page.locator("input[name=password]")).to_have_attribute("autocomplete", "current-password")


def test_the_password_can_be_looked_at_and_is_hidden_before_it_is_sent(tab: Tab, house: House) -> None:
    tab.open(house.link(house.dashboard))
    tab.field("Password").fill("not my password")
    tab.press("Show password")
    expect(tab.field("Password")).to_have_attribute("type", "text")
    tab.press("Hide password")
    expect(tab.field("Password")).to_have_attribute("type", "password")
    expect(tab.button("Show password")).to_be_visible()


def test_a_browser_that_is_signed_in_goes_straight_to_the_next_application(tab: Tab, house: House) -> None:
    tab.open(house.issuer)
    tab.sign_in()
    tab.shows("Your account")
    tab.open(house.link(house.dashboard))
    tab.shows("Back at the application")
    assert "code" in house.site.callbacks[0].parameters


def test_a_request_posted_by_the_application_finds_the_session(either_tab: Tab, house: House) -> None:
    either_tab.open(house.issuer)
    either_tab.sign_in()
    either_tab.shows("Your account")
    house.site.offer_form(house.issuer, house.dashboard)
    either_tab.open(house.site.origin)
    either_tab.press("Sign in")
    either_tab.shows("Back at the application")
    assert "code" in house.site.callbacks[0].parameters


def test_an_application_can_let_people_choose_the_account(tab: Tab, house: House) -> None:
    tab.open(house.issuer)
    tab.sign_in()
    tab.shows("Your account")
    for choose in (lambda: tab.press("Continue as Alice Example"), lambda: tab.sign_in("robin")):
        tab.open(house.link(house.dashboard, prompt="select_account"))
        choose()
        tab.shows("Back at the application")
    tab.open(f"{house.issuer}/account")
    expect(tab.page.get_by_role("main")).to_contain_text("Robin Keeper")


def test_keys_alone_are_enough(tab: Tab, house: House) -> None:
    keys = tab.page.keyboard
    tab.open(house.link(house.jellyfin, prompt="consent"))
    expect(tab.field("User name or e-mail")).to_be_focused()
    keys.type("alice")
    keys.press("Tab")
    keys.type("correct horse battery staple")
    keys.press("Enter")
    expect(tab.button("Allow")).to_be_visible()
    keys.press("Tab")
    expect(tab.button("Allow")).to_be_focused()
    keys.press("Tab")
    expect(tab.button("Deny")).to_be_focused()
    keys.press("Shift+Tab")
    keys.press("Enter")
    tab.shows("Back at the application")
    assert "code" in house.site.callbacks[0].parameters


def test_the_focus_can_be_seen_wherever_it_goes(tab: Tab, house: House) -> None:
    tab.open(house.link(house.photos))
    expect(tab.field("User name or e-mail")).to_be_focused()
    for _ in range(6):  # two fields, two buttons, links
        outline = tab.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", tab.page.evaluate("document.activeElement.outerHTML")
        tab.page.keyboard.press("Tab")


def test_two_windows_of_one_browser_sign_in_one_after_the_other(open_tab: Callable[..., Tab], house: House) -> None:
    first = open_tab()
    second = Tab(first.page.context)
    first.open(house.link(house.dashboard, state="first"))
    second.open(house.link(house.dashboard, state="second"))
    second.sign_in()
    second.shows("Back at the application")
    first.page.reload()
    first.shows("Back at the application")
    assert [callback.parameters["state"] for callback in house.site.callbacks] == ["second", "first"]
    assert second.watch.complaints == []


def test_pages_go_into_no_frame(tab: Tab, house: House) -> None:
    address = house.link(house.jellyfin).replace("&", "&amp;")
    house.site.front_page = f'<iframe title="trap" src="{address}"></iframe>'
    with tab.page.expect_event("requestfailed") as blocked:
        tab.open(house.site.origin)
    assert blocked.value.failure == "net::ERR_BLOCKED_BY_RESPONSE"
    expect(tab.page.frame_locator("iframe").get_by_role("button")).to_have_count(0)
    tab.watch.rightly("ERR_BLOCKED_BY_RESPONSE", "frame-ancestors", "Failed to load resource")
