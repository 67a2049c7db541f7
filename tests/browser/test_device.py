"""A television is let in from a real browser: with script and without, by the keyboard, with a second factor."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from ..flows.television import Television
from ..flows.visitors import visitor
from .house import House
from .tab import Tab


def test_typing_the_code_signing_in_and_allowing(either_tab: Tab, house: House) -> None:
    television = Television(house.server, "--auth-method", "none")
    code = television.code()
    either_tab.open(code["verification_uri"])
    either_tab.field("Code").fill(code["user_code"].lower())
    either_tab.press("Continue")
    either_tab.sign_in()
    either_tab.shows("Let this device into your account?")
    main = either_tab.page.get_by_role("main")
    for words in (television.name, code["user_code"], "Alice Example", "a moment ago", "127.0.0.1", "Who you are",
                  "Has somebody sent you the code or a link, or called you?"):  # fmt: skip
        expect(main).to_contain_text(words)
    either_tab.press("Allow")
    either_tab.shows("You can go back to your device")
    assert television.claims(television.poll(code).json()["id_token"])["name"] == "Alice Example"
    either_tab.page.reload()
    either_tab.shows("You can go back to your device")
    either_tab.page.go_back()
    either_tab.page.get_by_role("heading", level=1).wait_for()
    assert television.poll(code).status_code == 400


def test_by_the_keyboard_alone(tab: Tab, house: House) -> None:
    television = Television(house.server, "--skip-consent")
    code = television.code()
    tab.open(code["verification_uri"])
    expect(tab.field("Code")).to_be_focused()
    tab.page.keyboard.type(code["user_code"])
    tab.page.keyboard.press("Enter")
    tab.shows("Sign in")
    expect(tab.field("User name or e-mail")).to_be_focused()
    tab.page.keyboard.type("alice")
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.type("correct horse battery staple")
    tab.page.keyboard.press("Enter")
    tab.shows("Let this device into your account?")
    for _ in range(10):
        tab.page.keyboard.press("Tab")
        if tab.page.evaluate("document.activeElement.textContent") == "Deny":
            break
    tab.page.keyboard.press("Enter")
    tab.shows("The device stays out")
    assert television.poll(code).json()["error"] == "access_denied"


def test_whoever_has_a_second_factor_shows_it(tab: Tab, house: House) -> None:
    name, app, _ = house.careful_person()
    television = Television(house.server)
    code = television.code()
    tab.open(code["verification_uri_complete"])
    expect(tab.field("Code")).to_have_value(code["user_code"])
    tab.press("Continue")
    tab.sign_in(name)
    tab.shows("One more step")
    expect(tab.page.get_by_role("main")).to_contain_text(f"to let {television.name} in on your device")
    tab.field("Six-digit code").fill(app.code())
    tab.press("Verify")
    tab.press("Allow")
    tab.shows("You can go back to your device")
    assert television.claims(television.poll(code).json()["id_token"])["acr"] == "aal2"


def test_the_phone_goes_on_where_the_computer_was(
    tab: Tab, house: House, needs: Callable[[str, str], str], tmp_path: Path
) -> None:
    reader = needs("zbarimg", "zbar-tools")
    code = Television(house.server).code()
    tab.open(code["verification_uri_complete"])
    tab.page.get_by_text("Go on with your phone").click()
    picture = tab.page.get_by_role("img", name="QR code that opens this page.")
    picture.screenshot(path=tmp_path / "code.png")
    seen = subprocess.run(
        [reader, "--quiet", "--raw", tmp_path / "code.png"], capture_output=True, text=True, check=True
    )
    assert seen.stdout.strip() == code["verification_uri_complete"]


def test_a_device_elsewhere_is_told_apart(tab: Tab, house: House) -> None:
    television = Television(house.server)
    elsewhere = visitor(house.server).browser
    code = elsewhere.post(
        f"http://localhost:{house.server.port}/device_authorization",
        data={"client_id": television.id, "client_secret": television.secret, "scope": "openid"}, timeout=30,
    ).json()  # fmt: skip
    tab.open(code["verification_uri_complete"])
    tab.press("Continue")
    tab.sign_in()
    expect(tab.page.get_by_role("main")).to_contain_text("That isn’t the network that you are in now.")
