"""The way around the account and the administration: beside the page, or behind one row on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from .house import House
from .tab import Tab

PHONE = {"width": 360, "height": 740}


def ways(tab: Tab, name: str) -> Locator:
    """The links of the navigation that people reach just now."""
    return tab.page.get_by_role("navigation", name=name).get_by_role("link")


@pytest.mark.parametrize(
    ("path", "name", "here", "there", "headline"),
    [
        ("/account", "Your account", "Profile", "Devices", "Devices"),
        ("/admin", "Administration", "Applications", "Keys", "Keys"),
    ],
)
def test_on_a_phone_it_is_one_row_that_opens_without_script_and_by_keyboard(
    either_tab: Tab, house: House, path: str, name: str, here: str, there: str, headline: str
) -> None:
    either_tab.open(f"{house.issuer}{path}")
    either_tab.sign_in("robin")
    either_tab.page.wait_for_url(lambda url: "/interaction/" not in url)
    expect(either_tab.page.get_by_role("navigation", name=name).locator("summary")).to_be_hidden()
    expect(ways(either_tab, name).filter(has_text=there)).to_be_visible()

    either_tab.page.set_viewport_size(PHONE)
    menu = either_tab.page.get_by_role("navigation", name=name).locator("summary")
    expect(menu).to_have_text(f"Menu, {here}")
    expect(ways(either_tab, name)).to_have_count(0)
    menu.focus()
    either_tab.page.keyboard.press("Enter")
    expect(ways(either_tab, name).filter(has_text=there)).to_be_visible()
    expect(ways(either_tab, name).first).to_have_attribute("aria-current", "page")
    either_tab.page.keyboard.press("Tab")
    expect(ways(either_tab, name).first).to_be_focused()
    either_tab.link(there)
    either_tab.shows(headline)
    expect(ways(either_tab, name)).to_have_count(0)
