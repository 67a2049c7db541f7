"""Allowing an application to read what it asks for, or not."""

from __future__ import annotations

import secrets

from playwright.sync_api import expect

from .house import House
from .tab import Tab


def test_consent_says_in_plain_words_what_the_application_receives(tab: Tab, house: House) -> None:
    tab.open(house.link(house.photos, prompt="consent", scope="openid email", claims='{"userinfo": {"locale": null}}'))
    tab.sign_in()
    main = tab.page.get_by_role("main")
    tab.shows("Allow Holiday Photos to use your account?")
    for words in ("Alice Example", "Who you are", "Your e-mail address", "Your language", "127.0.0.1"):
        expect(main).to_contain_text(words)
    expect(main).not_to_contain_text("Your groups")
    expect(tab.page.get_by_role("link", name="Privacy policy")).to_have_attribute("rel", "noopener noreferrer")


def test_allow_brings_a_code_and_is_remembered(either_tab: Tab, house: House) -> None:
    client = house.add(f"Remembers {secrets.token_hex(4)}")
    either_tab.open(house.link(client))
    either_tab.sign_in()
    either_tab.press("Allow")
    either_tab.shows("Back at the application")
    either_tab.open(house.link(client))
    either_tab.shows("Back at the application")
    assert all("code" in callback.parameters for callback in house.site.callbacks)
    assert len(house.site.callbacks) == 2


def test_more_than_was_allowed_is_asked_again(tab: Tab, house: House) -> None:
    client = house.add("Wants more")
    tab.open(house.link(client, scope="openid"))
    tab.sign_in()
    tab.press("Allow")
    tab.shows("Back at the application")
    tab.open(house.link(client, scope="openid email"))
    expect(tab.page.get_by_role("main")).to_contain_text("Your e-mail address")
    tab.press("Allow")
    tab.shows("Back at the application")


def test_deny_tells_the_application_and_is_not_remembered(either_tab: Tab, house: House) -> None:
    either_tab.open(house.link(house.jellyfin, prompt="consent", state="denied"))
    either_tab.sign_in()
    either_tab.press("Deny")
    either_tab.shows("Back at the application")
    (callback,) = house.site.callbacks
    assert callback.parameters["error"] == "access_denied"
    assert callback.parameters["state"] == "denied"
    assert "code" not in callback.parameters
    either_tab.open(house.link(house.jellyfin, prompt="consent"))
    expect(either_tab.button("Allow")).to_be_visible()


def test_going_back_after_allowing_shows_that_it_is_over(tab: Tab, house: House) -> None:
    tab.open(house.link(house.jellyfin, prompt="consent"))
    tab.sign_in()
    tab.press("Allow")
    tab.shows("Back at the application")
    tab.page.go_back()
    tab.shows("This sign-in is over")


def test_a_logo_that_cannot_be_shown_gives_way_to_the_letters(scriptless_tab: Tab, house: House) -> None:
    page = scriptless_tab.page

    def middle_of_the_mark(client: str) -> bytes:
        scriptless_tab.open(house.link(client))
        box = page.locator(".app-mark").bounding_box()
        assert box is not None
        return page.screenshot(clip={"x": box["x"] + 13, "y": box["y"] + 13, "width": 30, "height": 30})

    letters = middle_of_the_mark(house.add("Holiday Photos (at the lake)"))
    assert middle_of_the_mark(house.photos) != letters
    page.route("**/logo.svg", lambda route: route.fulfill(body="no picture", content_type="image/png"))
    assert middle_of_the_mark(house.photos) == letters, "on the same ground, both times"
