"""Applications that are for some people only."""

from __future__ import annotations

from playwright.sync_api import expect

from .house import House
from .tab import Tab


def test_somebody_outside_the_groups_learns_whom_to_ask(either_tab: Tab, house: House) -> None:
    either_tab.open(house.link(house.vault))
    either_tab.sign_in()
    either_tab.shows("You can’t open Vault yet")
    expect(either_tab.page.get_by_role("main")).to_contain_text("Robin Keeper")
    contact = either_tab.page.get_by_role("link", name="robin@example.org")
    expect(contact).to_have_attribute("href", "mailto:robin@example.org")
    assert house.site.callbacks == [], "the application is told only if the person says so"
    either_tab.press("Back to the application")
    either_tab.shows("Back at the application")
    assert house.site.callbacks[0].parameters["error"] == "access_denied"


def test_somebody_can_sign_in_with_another_account(either_tab: Tab, house: House) -> None:
    house.server.idp("group", "grant", "housekeeping", "robin")
    either_tab.open(house.link(house.vault, scope="openid"))
    either_tab.sign_in()
    either_tab.press("Sign in with another account")
    either_tab.shows("Sign in")
    either_tab.sign_in("robin")
    allow, back = either_tab.button("Allow"), either_tab.page.get_by_text("Back at the application")
    expect(allow.or_(back)).to_be_visible()
    if not house.site.callbacks:  # Robin is asked the first time only
        either_tab.press("Allow")
    either_tab.shows("Back at the application")
    assert "code" in house.site.callbacks[0].parameters
