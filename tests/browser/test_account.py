"""Looking after one's own account in a real browser: with script and without, and by the keyboard alone."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import expect

from .account_views import photograph
from .house import House
from .tab import Tab


def signed_in(tab: Tab, house: House, path: str = "/account") -> str:
    """Somebody new at a page of their account; returns their user name."""
    name = house.newcomer()
    tab.open(house.issuer)
    tab.sign_in(name)
    tab.shows("Your account")
    tab.open(house.issuer + path)
    return name


def test_a_profile_is_changed_by_the_keyboard_alone(tab: Tab, house: House) -> None:
    signed_in(tab, house)
    keys = tab.page.keyboard

    def walk_to(name: str) -> None:
        for _ in range(40):
            focused = tab.page.evaluate("document.activeElement.innerText || document.activeElement.name || ''")
            if re.sub(r"\s+", " ", focused).strip() == name:
                return
            keys.press("Tab")
        raise AssertionError(f"the keyboard doesn't reach {name!r}")

    keys.press("Tab")
    expect(tab.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    keys.press("Enter")
    walk_to("Edit your details")
    keys.press("Enter")
    tab.shows("Your details")
    walk_to("given_name")
    keys.type("Maria")
    walk_to("zoneinfo")
    keys.type("Europe/Lisbon")
    keys.press("Escape")
    walk_to("Save")
    keys.press("Enter")
    tab.shows("Your account")
    expect(tab.page.get_by_role("status")).to_be_focused()
    expect(tab.page.get_by_role("status")).to_have_text(re.compile("Your profile has been saved."))
    expect(tab.page.get_by_role("main")).to_contain_text("Europe/Lisbon")


def test_second_factors_are_added_named_and_removed(either_tab: Tab, house: House) -> None:
    tab = either_tab
    signed_in(tab, house, "/account/security")
    tab.press("Set up authenticator app")
    app = tab.scan()
    tab.field("Six-digit code").fill(app.code())
    tab.field("A name for the app (optional)").fill("Phone")
    tab.press("Confirm")
    tab.press("Later")
    tab.shows("Security")
    expect(tab.page.get_by_role("status").first).to_have_text(re.compile("It has been set up."))
    tab.link("Rename Phone")
    tab.field("Name").fill("Old phone")
    tab.press("Save")
    tab.link("Create recovery codes")
    tab.press("Create recovery codes")
    tab.shows("Your new recovery codes")
    expect(tab.page.locator(".codes li")).to_have_count(10)
    tab.link("I have saved them")
    expect(tab.page.get_by_role("main")).to_contain_text("10 codes are left.")
    tab.link("Remove Old phone")
    tab.shows("Remove “Old phone”?")
    tab.press("Remove")
    tab.shows("Security")
    expect(tab.page.get_by_role("main")).to_contain_text("Nothing yet.")


def test_a_new_password_signs_other_browsers_out(either_tab: Tab, open_tab: Callable[..., Tab], house: House) -> None:
    tab, other = either_tab, open_tab()
    name = signed_in(tab, house, "/account/security")
    other.open(house.issuer)
    other.sign_in(name)
    other.shows("Your account")
    tab.link("Change password")
    tab.shows("Change your password")
    tab.field("New password").fill("seven grey herons overhead")
    if tab.scripted:  # let it finish
        tab.page.locator("#strength").wait_for()
    tab.press("Save password")
    tab.shows("Security")
    other.open(house.issuer + "/account")
    other.shows("Sign in")
    tab.link("Devices")
    expect(tab.page.get_by_role("main")).to_contain_text("You are signed in nowhere else.")


def test_another_device_is_signed_out(either_tab: Tab, open_tab: Callable[..., Tab], house: House) -> None:
    tab, other = either_tab, open_tab()
    name = signed_in(tab, house)
    other.open(house.issuer)
    other.sign_in(name)
    other.shows("Your account")
    tab.link("Devices")
    tab.page.get_by_role("link", name=re.compile("Sign out there")).click()
    tab.press("Sign out there")
    expect(tab.page.get_by_role("status")).to_have_text(re.compile("You are signed out there."))
    other.open(house.issuer + "/account")
    other.shows("Sign in")


def test_what_an_application_may_see_is_taken_back_and_asked_for_again(either_tab: Tab, house: House) -> None:
    tab = either_tab
    signed_in(tab, house)
    tab.open(house.link(house.jellyfin))
    tab.press("Allow")
    tab.arrives_at(house.site.origin)
    tab.open(house.issuer + "/account/applications")
    tab.page.get_by_text("What it may see").first.click()
    tab.link("Take back what Jellyfin may see")
    tab.press("Take back")
    expect(tab.page.get_by_role("main")).to_contain_text("May see nothing now")
    tab.open(house.link(house.jellyfin))
    tab.button("Allow").wait_for()


def picture_of(tab: Tab) -> Image.Image:
    """The picture that the account page shows."""
    address = tab.page.locator("main img.person-mark").get_attribute("src")
    assert address
    return Image.open(io.BytesIO(tab.page.request.get(re.sub(r"/account.*", address, tab.page.url)).body()))


def test_a_picture_is_sent_without_script(scriptless_tab: Tab, house: House) -> None:
    tab = scriptless_tab
    signed_in(tab, house, "/account/picture")
    tab.field("Picture").set_input_files([photograph()])  # type: ignore[list-item]
    tab.press("Save")
    tab.shows("Your account")
    image = picture_of(tab).convert("L")
    assert image.size == (512, 512)
    # the middle of the gradient, upper and lower edge cut off
    assert 20 < image.getpixel((256, 10)) < image.getpixel((256, 500)) < 235  # type: ignore[operator]


def test_too_large_a_file_is_explained_without_script(scriptless_tab: Tab, house: House) -> None:
    tab = scriptless_tab
    signed_in(tab, house, "/account/picture")
    large = {**photograph(), "buffer": secrets.token_bytes(6_000_000)}
    tab.field("Picture").set_input_files([large])  # type: ignore[list-item]
    tab.press("Save")
    expect(tab.page.get_by_role("main")).to_contain_text("This file is larger than 2 MB.")


def test_the_square_is_chosen_and_large_photographs_fit(tab: Tab, house: House) -> None:
    signed_in(tab, house, "/account/picture")
    made = io.BytesIO()
    image = Image.frombytes("RGB", (2_000, 1_600), secrets.token_bytes(2_000 * 1_600 * 3))
    image.paste("red", (0, 0, 500, 500))
    image.save(made, "JPEG", quality=95)
    assert len(made.getvalue()) > 2 * 1024 * 1024
    file = {"name": "large.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}
    tab.field("Picture").set_input_files([file])  # type: ignore[list-item]
    tab.page.get_by_role("group", name="Choose the part to show").wait_for()
    tab.field("Larger").press("End")
    tab.field("Left or right").press("Home")
    tab.field("Up or down").press("Home")
    tab.press("Save")
    tab.shows("Your account")
    shown = picture_of(tab).convert("RGB")
    assert shown.size[0] == shown.size[1] == 400
    red, green, blue = shown.getpixel((200, 200))  # type: ignore[misc]
    assert red > 230 and green < 30 and blue < 30
