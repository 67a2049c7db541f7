"""Pages for requests that can't go on: what happened, what to do, and nothing sent to anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright, expect

from .house import House
from .tab import Tab


def test_an_unknown_application_is_shown_what_it_sent(tab: Tab, house: House) -> None:
    tab.open(house.link("cl_mistyped"))
    tab.shows("This application isn’t known here")
    main = tab.page.get_by_role("main")
    expect(main).to_contain_text("cl_mistyped")
    expect(main.get_by_role("code").first).to_have_text("idp client list")
    assert house.site.callbacks == []


def test_a_wrong_return_address_is_shown_and_not_followed(tab: Tab, house: House) -> None:
    wrong = f"{house.site.origin}/callback/"
    tab.open(house.link(house.jellyfin, redirect_uri=wrong))
    tab.shows("The application’s return address doesn’t match")
    main = tab.page.get_by_role("main")
    expect(main).to_contain_text(wrong)
    expect(main.get_by_role("link", name=wrong)).to_have_count(0)
    assert house.site.callbacks == []


def test_what_a_stranger_sends_is_text_on_the_page(tab: Tab, house: House) -> None:
    markup = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    tab.open(house.link(markup))
    expect(tab.page.get_by_role("main")).to_contain_text(markup)
    tab.open(house.link(house.jellyfin, redirect_uri=f"https://evil.example/{markup}"))
    expect(tab.page.get_by_role("main")).to_contain_text(markup)
    expect(tab.page.locator("main img, main script")).to_have_count(0)


def test_a_page_that_is_not_there_shows_the_way_to_the_account(tab: Tab, house: House) -> None:
    tab.open(f"{house.issuer}/nowhere")
    tab.shows("There is nothing here")
    tab.link("Go to your account")
    tab.shows("Sign in")


def test_another_browser_cannot_take_over_a_sign_in(open_tab: Any, house: House) -> None:
    mine, other = open_tab(), open_tab()
    mine.open(house.link(house.dashboard))
    other.open(house.link(house.dashboard))
    other.open(mine.page.url)
    other.shows("This browser doesn’t know this sign-in")
    expect(other.page.get_by_role("main")).to_contain_text("begun in another browser")
    mine.sign_in()
    mine.shows("Back at the application")


def test_a_browser_without_cookies_is_told_to_allow_them(
    playwright: Playwright, chromium_options: dict[str, Any], tmp_path: Path, house: House
) -> None:
    (tmp_path / "Default").mkdir()
    settings = '{"profile": {"default_content_setting_values": {"cookies": 2}}}'
    (tmp_path / "Default" / "Preferences").write_text(settings)
    context = playwright.chromium.launch_persistent_context(str(tmp_path), **chromium_options)
    try:
        tab = Tab(context)
        tab.open(house.link(house.dashboard))
        tab.shows("This browser doesn’t know this sign-in")
        expect(tab.page.get_by_role("main")).to_contain_text("allow cookies for this site")
        assert context.cookies() == []
        assert tab.watch.complaints == []
    finally:
        context.close()
