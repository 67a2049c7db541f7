"""The account page and the way out."""

from __future__ import annotations

from playwright.sync_api import expect

from .house import House
from .tab import Tab


def test_signing_out_is_asked_about_and_then_done(either_tab: Tab, house: House) -> None:
    either_tab.open(house.issuer)
    either_tab.sign_in()
    either_tab.shows("Your account")
    for words in ("Alice Example", "alice@example.org", "Verified", "family", "media"):
        expect(either_tab.page.get_by_role("main")).to_contain_text(words)
    either_tab.link("Sign out")
    either_tab.shows("Sign out of Foyer?")
    either_tab.press("Stay signed in")
    either_tab.shows("Your account")
    either_tab.link("Sign out")
    either_tab.press("Sign out")
    either_tab.shows("You are signed out")
    either_tab.page.go_back()
    either_tab.page.go_back()
    either_tab.shows("Sign in")
    kept = either_tab.page.get_by_text("alice@example.org")
    expect(kept, "pages aren't kept by the browser").not_to_be_visible()
    either_tab.open(f"{house.issuer}/account")
    either_tab.shows("Sign in")


def test_only_the_administrator_is_welcomed_as_one(tab: Tab, house: House) -> None:
    tab.open(house.issuer)
    tab.sign_in()
    tab.shows("Your account")
    tab.open(f"{house.issuer}/account?welcome=1")
    tab.shows("Your account")
