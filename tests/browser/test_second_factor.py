"""Second factors as a person sees them: an app set up by its picture, codes typed, recovery codes kept."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from ..conftest import PASSWORD
from .house import House
from .tab import Tab


def begin(tab: Tab, house: House, client_id: str, username: str) -> None:
    """Come from an application and show the password."""
    tab.open(house.link(client_id))
    tab.sign_in(username)


def type_code(tab: Tab, code: str, button: str = "Verify") -> None:
    """Fill in six digits and send them."""
    tab.field("Six-digit code").fill(code)
    tab.press(button)


def test_an_app_is_set_up_inside_the_sign_in_and_used_in_the_next_one(
    either_tab: Tab, open_tab: Callable[..., Tab], house: House
) -> None:
    name = house.newcomer()
    begin(either_tab, house, house.safe, name)
    either_tab.shows("Secure your account")
    either_tab.press("Set up authenticator app")
    app = either_tab.scan()
    secret = either_tab.page.locator("#totp-secret").inner_text()
    assert re.fullmatch("[A-Z2-7]{4}( [A-Z2-7]{4}){7}", secret.replace("\n", " ").strip())
    assert secret.replace(" ", "").replace("\n", "") == app.secret
    either_tab.field("A name for the app (optional)").fill("My phone")
    type_code(either_tab, app.code(), "Confirm")
    either_tab.shows("Recovery codes")
    either_tab.press("Later")
    either_tab.shows("Back at the application")
    assert "code" in house.site.callbacks[0].parameters

    again = open_tab()
    begin(again, house, house.dashboard, name)
    again.shows("One more step")
    expect(again.field("Six-digit code")).to_be_focused()
    type_code(again, app.code())
    again.shows("Back at the application")


def test_a_camera_reads_the_picture(tab: Tab, house: House, needs: Callable[[str, str], str], tmp_path: Path) -> None:
    reader = needs("zbarimg", "zbar-tools")
    begin(tab, house, house.safe, house.newcomer())
    tab.press("Set up authenticator app")
    tab.shows("Set up authenticator app")
    link = tab.page.get_by_role("link", name="Open in your app").get_attribute("href")
    for scheme in ("light", "dark"):
        tab.page.emulate_media(color_scheme=scheme)
        picture = tmp_path / f"{scheme}.png"
        tab.page.screenshot(path=picture, full_page=True)
        read = subprocess.run((reader, "--quiet", "--raw", picture), capture_output=True, text=True, check=True)
        assert read.stdout.strip() == link


def test_the_field_says_what_it_wants(tab: Tab, house: House) -> None:
    name, _, _ = house.careful_person()
    begin(tab, house, house.dashboard, name)
    field = tab.field("Six-digit code")
    expect(field).to_have_attribute("name", "code")
    expect(field).to_have_attribute("autocomplete", "one-time-code")
    expect(field).to_have_attribute("inputmode", "numeric")


def test_a_wrong_code_is_refused_where_it_was_typed_and_the_next_one_works(either_tab: Tab, house: House) -> None:
    name, app, _ = house.careful_person()
    begin(either_tab, house, house.dashboard, name)
    type_code(either_tab, app.wrong())
    expect(either_tab.page.get_by_role("alert")).to_contain_text("isn’t right")
    expect(either_tab.field("Six-digit code")).to_be_focused()
    expect(either_tab.field("Six-digit code")).to_have_value("")
    expect(either_tab.field("Six-digit code")).to_have_attribute("aria-describedby", re.compile(r"\brefusal\b"))
    type_code(either_tab, app.code())
    either_tab.shows("Back at the application")


def test_a_recovery_code_opens_the_door_when_the_phone_is_lost(either_tab: Tab, house: House) -> None:
    name, _, codes = house.careful_person()
    begin(either_tab, house, house.dashboard, name)
    either_tab.link("Use a recovery code")
    expect(either_tab.page.get_by_role("main")).to_contain_text("You have 10 codes left")
    either_tab.field("Recovery code").fill(codes[3])
    either_tab.press("Verify")
    either_tab.shows("Back at the application")


def test_recovery_codes_are_downloaded_without_script_and_copied_with_it(either_tab: Tab, house: House) -> None:
    if either_tab.scripted:
        either_tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=house.issuer)
    name = house.newcomer()
    begin(either_tab, house, house.safe, name)
    either_tab.press("Set up authenticator app")
    type_code(either_tab, either_tab.scan().code(), "Confirm")
    either_tab.press("Create recovery codes")
    codes = either_tab.texts(either_tab.page.locator("#recovery-codes code"), 10)
    assert len(set(codes)) == 10
    with either_tab.page.expect_download() as saved:
        either_tab.link("Download the recovery codes")
    assert saved.value.suggested_filename == f"recovery-codes-{name}.txt"
    lines = Path(saved.value.path()).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line in codes] == codes and name in lines[0]
    if either_tab.scripted:
        either_tab.press("Copy the recovery codes")
        expect(either_tab.button("Copied the recovery codes")).to_be_visible()
        assert either_tab.page.evaluate("navigator.clipboard.readText()").split() == codes
    else:
        expect(either_tab.button("Copy the recovery codes")).to_have_count(0)
        expect(either_tab.button("Print the recovery codes")).to_have_count(0)
    either_tab.press("I have saved them")
    either_tab.shows("Back at the application")


def test_the_print_shows_the_codes_and_whose_they_are_and_nothing_to_press(tab: Tab, house: House) -> None:
    name = house.newcomer()
    begin(tab, house, house.safe, name)
    tab.press("Set up authenticator app")
    type_code(tab, tab.scan().code(), "Confirm")
    tab.press("Create recovery codes")
    tab.button("Print the recovery codes").wait_for()
    tab.page.evaluate("window.print = () => { document.title = 'printed' }")
    tab.press("Print the recovery codes")
    expect(tab.page).to_have_title("printed")
    tab.page.emulate_media(media="print")
    expect(tab.page.get_by_text(f"Recovery codes of {name} at Foyer")).to_be_visible()
    expect(tab.page.locator("#recovery-codes")).to_be_visible()
    expect(tab.page.locator("button:visible, .button:visible")).to_have_count(0)


def test_keys_alone_set_up_an_app_and_sign_in_with_it(tab: Tab, open_tab: Callable[..., Tab], house: House) -> None:
    name = house.newcomer()
    begin(tab, house, house.safe, name)
    tab.shows("Secure your account")
    _tab_to(tab, "Set up authenticator app")
    tab.page.keyboard.press("Enter")
    tab.shows("Set up authenticator app")
    app = tab.scan()
    _tab_to(tab, "Six-digit code")
    tab.page.keyboard.type(app.code())
    tab.page.keyboard.press("Enter")
    tab.shows("Recovery codes")
    _tab_to(tab, "Later")
    tab.page.keyboard.press("Space")
    tab.shows("Back at the application")
    other = open_tab()
    begin(other, house, house.dashboard, name)
    expect(other.field("Six-digit code")).to_be_focused()
    other.page.keyboard.type(app.code())
    other.page.keyboard.press("Enter")
    other.shows("Back at the application")


def _tab_to(tab: Tab, name: str) -> None:
    """Press Tab until what has this name has the focus, and can be seen to have it."""
    for _ in range(12):
        tab.page.keyboard.press("Tab")
        label = tab.page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim().replace(/\\s+/g, ' ')"
        )
        if label == name:
            assert tab.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            return
    raise AssertionError(f"the Tab key doesn't reach {name!r}")


def test_whoever_thinks_better_of_it_goes_back_or_becomes_somebody_else(either_tab: Tab, house: House) -> None:
    name, _, _ = house.careful_person()
    begin(either_tab, house, house.dashboard, name)
    either_tab.press("Use another account")
    either_tab.shows("Sign in")
    either_tab.sign_in(name, PASSWORD)
    either_tab.press("Back to the application")
    either_tab.shows("Back at the application")
    (callback,) = house.site.callbacks
    assert callback.parameters["error"] == "unmet_authentication_requirements"


def test_another_way_can_be_chosen_while_setting_up(either_tab: Tab, house: House) -> None:
    begin(either_tab, house, house.safe, house.newcomer())
    either_tab.press("Set up authenticator app")
    either_tab.shows("Set up authenticator app")
    secret = either_tab.page.locator("#totp-secret").inner_text()
    either_tab.press("Choose another way")
    either_tab.shows("Secure your account")
    either_tab.press("Set up authenticator app")
    either_tab.shows("Set up authenticator app")
    assert either_tab.page.locator("#totp-secret").inner_text() == secret, "what was scanned before is still good"
