"""Passkeys in a real browser: added, used by button and by autofill, as a second factor, and all that goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from ..flows import records
from ..flows.application import Application
from ..server import Server, free_port
from .authenticator import Authenticator, add_passkey
from .axe import Axe
from .house import House
from .tab import Tab

BUTTON = "Sign in with a passkey"
WITHOUT_AUTOFILL = "PublicKeyCredential.isConditionalMediationAvailable = async () => false"


@pytest.fixture(scope="module")
def bank(_furnished: House) -> Application:
    """An application that reads its ID tokens and demands a second factor."""
    return Application(_furnished.server, "--skip-consent", "--require-mfa", redirect_uri=_furnished.site.redirect_uri)


@pytest.fixture(scope="module")
def shop(_furnished: House) -> Application:
    """An application that reads its ID tokens and demands nothing."""
    return Application(_furnished.server, "--skip-consent", redirect_uri=_furnished.site.redirect_uri)


def told(tab: Tab, house: House, application: Application) -> tuple[list[str], str]:
    """How strongly the person is authenticated, as the application reads it when the browser is back there."""
    tab.shows("Back at the application")
    answer = application.exchange(house.site.callbacks[-1].parameters["code"])
    claims = application.claims(answer.json()["id_token"])
    return claims["amr"], claims["acr"]


def last_refusal(house: House, username: str) -> str:
    """Why somebody was turned away last."""
    rows = [json.loads(line) for line in house.server.idp("audit", "--user", username, "--json").splitlines()]
    return str(next(row for row in reversed(rows) if row["event"].endswith(".refused"))["reason"])


def test_a_passkey_is_added_inside_the_sign_in_and_is_enough_for_the_next_one(
    tab: Tab, house: House, bank: Application
) -> None:
    device, name = Authenticator(tab.page), house.newcomer()
    tab.page.add_init_script(WITHOUT_AUTOFILL)
    tab.open(bank.url())
    tab.sign_in(name)
    tab.shows("Secure your account")
    tab.press("Add a passkey")
    tab.field("Name (optional)").fill("My phone")
    tab.press("Create passkey")
    tab.press("Later")
    assert told(tab, house, bank) == (["pwd", "swk", "user", "mfa"], "aal2")
    (kept,) = device.credentials
    assert (kept["isResidentCredential"], kept["rpId"], kept["userName"]) == (True, "localhost", name)

    tab.page.context.clear_cookies()
    tab.open(bank.url())
    tab.press(BUTTON)
    assert told(tab, house, bank) == (["swk", "user", "mfa"], "aal2")


def test_autofill_signs_in_without_a_button(tab: Tab, house: House, shop: Application) -> None:
    add_passkey(tab, house)
    tab.open(shop.url())  # the device in this test chooses at once, as a person does in the list under the field
    assert told(tab, house, shop) == (["swk", "user", "mfa"], "aal2")


def test_a_browser_without_the_new_functions_does_the_same(tab: Tab, house: House, shop: Application) -> None:
    tab.page.add_init_script(
        "delete PublicKeyCredential.parseCreationOptionsFromJSON;"
        "delete PublicKeyCredential.parseRequestOptionsFromJSON;"
        "delete PublicKeyCredential.prototype.toJSON;" + WITHOUT_AUTOFILL
    )
    add_passkey(tab, house)
    tab.open(shop.url())
    tab.press(BUTTON)
    assert told(tab, house, shop) == (["swk", "user", "mfa"], "aal2")


def test_the_button_may_be_pressed_while_autofill_waits(tab: Tab, house: House, shop: Application) -> None:
    _, device = add_passkey(tab, house)
    device.is_touched(False)
    tab.open(shop.url())
    expect(tab.button(BUTTON)).to_be_visible()
    device.is_touched(True)
    tab.press(BUTTON)
    assert told(tab, house, shop)[1] == "aal2"


def test_whoever_wants_to_stay_signed_in_may_by_passkey_too(tab: Tab, house: House, shop: Application) -> None:
    tab.page.add_init_script(WITHOUT_AUTOFILL)
    add_passkey(tab, house)
    tab.open(shop.url())
    tab.page.get_by_label("Keep me signed in on this device").check()
    tab.press(BUTTON)
    tab.shows("Back at the application")
    (cookie,) = tab.page.context.cookies(house.issuer)
    assert cookie["expires"] > 0, "it ends with the browser"


def test_keys_alone_are_enough_for_a_passkey(tab: Tab, house: House, shop: Application) -> None:
    tab.page.add_init_script(WITHOUT_AUTOFILL)
    keys = tab.page.keyboard
    Authenticator(tab.page)
    tab.open(house.link(house.safe))
    tab.sign_in(house.newcomer())
    tab.button("Add a passkey").focus()
    keys.press("Enter")
    expect(tab.button("Create passkey")).to_be_visible()
    while tab.page.evaluate("document.activeElement.name") != "name":
        keys.press("Tab")
    keys.type("Blue key")
    keys.press("Enter")
    tab.shows("Recovery codes")
    tab.press("Later")
    tab.shows("Back at the application")
    tab.page.context.clear_cookies()
    tab.open(shop.url())
    expect(tab.field("User name or e-mail")).to_be_focused()
    while tab.page.evaluate("document.activeElement.innerText ?? ''") != BUTTON:
        keys.press("Tab")
    keys.press("Enter")
    assert told(tab, house, shop)[1] == "aal2"


def test_a_security_key_is_the_second_factor_after_the_password(tab: Tab, house: House, shop: Application) -> None:
    name, _ = add_passkey(tab, house, Authenticator.security_key(tab.page))
    tab.open(shop.url())
    tab.sign_in(name)
    tab.shows("One more step")
    expect(tab.button("Use a passkey")).to_be_focused()
    tab.press("Use a passkey")
    assert told(tab, house, shop) == (["pwd", "hwk", "mfa"], "aal2")


def test_a_passkey_that_verifies_is_a_second_factor_too(tab: Tab, house: House, shop: Application) -> None:
    name, device = add_passkey(tab, house)
    device.is_touched(False)
    tab.open(shop.url())
    tab.sign_in(name)
    tab.shows("One more step")
    device.is_touched(True)
    tab.press("Use a passkey")
    assert told(tab, house, shop) == (["pwd", "swk", "user", "mfa"], "aal2")


def test_a_passkey_that_verified_nobody_is_no_sign_in(tab: Tab, house: House) -> None:
    # The page asks for verification; this one has been changed by somebody who wants to do without.
    tab.page.add_init_script(
        WITHOUT_AUTOFILL + ";const get = navigator.credentials.get.bind(navigator.credentials);"
        "navigator.credentials.get = (asked) =>"
        " get({...asked, publicKey: {...asked.publicKey, userVerification: 'discouraged'}})"
    )
    name, device = add_passkey(tab, house)
    device.is_verified(False)
    tab.open(house.link(house.dashboard))
    tab.press(BUTTON)
    expect(tab.page.get_by_role("alert")).to_contain_text("can’t sign you in by itself")
    assert last_refusal(house, name) == "not_verified"
    assert house.site.callbacks == []
    tab.sign_in(name)
    tab.shows("One more step")


def test_a_copied_key_is_found_out(tab: Tab, house: House) -> None:
    tab.page.add_init_script(WITHOUT_AUTOFILL)
    name, device = add_passkey(tab, house)
    (copy,) = device.credentials
    for _ in range(2):
        tab.open(house.link(house.dashboard))
        tab.press(BUTTON)
        tab.shows("Back at the application")
        tab.page.context.clear_cookies()
    device.forget()
    device.put(copy)
    tab.open(house.link(house.dashboard))
    tab.press(BUTTON)
    expect(tab.page.get_by_role("alert")).to_contain_text("passkey didn’t work")
    assert last_refusal(house, name) == "cloned_key"


def test_a_removed_passkey_opens_nothing_and_another_way_stays_open(tab: Tab, house: House) -> None:
    tab.page.add_init_script(WITHOUT_AUTOFILL)
    name, _ = add_passkey(tab, house)
    whose = "user_id = (SELECT id FROM users WHERE username = ?)"
    assert records.change(house.server, f"DELETE FROM credentials WHERE authenticator = 'passkey' AND {whose}", name)
    tab.open(house.link(house.dashboard))
    tab.press(BUTTON)
    expect(tab.page.get_by_role("alert")).to_contain_text("passkey didn’t work")
    tab.sign_in(name)
    tab.shows("Back at the application")


def test_after_a_refusal_the_next_try_is_as_good_as_the_first(tab: Tab, house: House) -> None:
    tab.page.add_init_script(WITHOUT_AUTOFILL)
    add_passkey(tab, house)
    tab.open(house.link(house.dashboard))
    tab.page.evaluate(
        "const { dataset } = document.querySelector('[data-passkey]');"
        "dataset.options = JSON.stringify({ ...JSON.parse(dataset.options), challenge: 'AAAA' })"
    )
    tab.press(BUTTON)
    expect(tab.page.get_by_role("alert")).to_contain_text("try once more")
    tab.press(BUTTON)
    tab.shows("Back at the application")


def test_a_wrong_finger_is_told_in_words_and_the_button_stays(tab: Tab, house: House) -> None:
    tab.page.add_init_script(WITHOUT_AUTOFILL)
    _, device = add_passkey(tab, house)
    device.is_verified(False)
    tab.open(house.link(house.dashboard))
    tab.press(BUTTON)
    expect(tab.page.get_by_role("status")).to_contain_text("was cancelled, took too long, or there is no passkey")
    expect(tab.button(BUTTON)).to_be_focused()
    device.is_verified(True)
    tab.press(BUTTON)
    tab.shows("Back at the application")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("NotAllowedError", "Nothing was added"),
        ("InvalidStateError", "There is a passkey for your account on this device or key already"),
        ("ConstraintError", "needs a PIN, fingerprint or face first"),
        ("NotSupportedError", "can’t make the kind of passkey"),
        ("SecurityError", "The browser couldn’t do that"),
        ("UnknownError", "The browser couldn’t do that"),
    ],
)
def test_what_the_browser_says_is_put_into_words(tab: Tab, house: House, error: str, sentence: str) -> None:
    tab.page.add_init_script(
        f"navigator.credentials.create = async () => {{ throw new DOMException('Gibberish', '{error}') }}"
    )
    tab.open(house.link(house.safe))
    tab.sign_in(house.newcomer())
    tab.press("Add a passkey")
    tab.press("Create passkey")
    expect(tab.page.get_by_role("status")).to_contain_text(sentence)
    expect(tab.button("Create passkey")).to_be_enabled()


def test_a_browser_without_passkeys_is_told_so(tab: Tab, house: House) -> None:
    tab.page.add_init_script("delete window.PublicKeyCredential")
    tab.open(house.link(house.dashboard))
    expect(tab.page.get_by_text("This browser can’t use passkeys")).to_be_visible()
    expect(tab.button(BUTTON)).to_be_hidden()
    tab.sign_in()
    tab.shows("Back at the application")


def test_a_page_at_another_address_says_where_passkeys_belong(tab: Tab, house: House) -> None:
    other = "http://foyer.localhost:8000"

    def forward(route: Any) -> None:
        fetched = route.fetch(url=route.request.url.replace(other, house.issuer))
        route.fulfill(response=fetched)

    tab.open(house.link(house.dashboard))
    path = tab.page.url.removeprefix(house.issuer)
    tab.page.route(f"{other}/**", forward)
    cookies = tab.page.context.cookies(house.issuer)
    tab.page.context.add_cookies([{"name": each["name"], "value": each["value"], "url": other} for each in cookies])  # type: ignore[typeddict-item]
    tab.open(other + path)
    told = f"This page is open at {other}, but passkeys belong to {house.issuer}."
    expect(tab.page.get_by_text(told)).to_be_visible()
    expect(tab.button(BUTTON)).to_be_hidden()


def test_without_script_nothing_on_the_sign_in_page_promises_a_passkey(
    tab: Tab, open_tab: Callable[..., Tab], house: House
) -> None:
    name, _ = add_passkey(tab, house)
    scriptless = open_tab(java_script_enabled=False)
    scriptless.open(house.link(house.dashboard))
    expect(scriptless.field("Password")).to_be_visible()
    assert "passkey" not in scriptless.page.get_by_role("main").inner_text()
    scriptless.sign_in(name)
    scriptless.shows("One more step")
    expect(scriptless.page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(scriptless.button("Use a passkey")).to_be_hidden()


def test_where_the_address_is_a_number_passkeys_are_explained_and_not_offered(
    tab: Tab, idp_server: Callable[..., Server], house: House, axe: Axe
) -> None:
    port = free_port()
    server = idp_server(IDP_ISSUER=f"http://127.0.0.1:{port}", IDP_BIND=f"127.0.0.1:{port}", IDP_WORKERS="1")
    elsewhere = House(server, house.site)
    tab.open(elsewhere.link(elsewhere.safe))
    expect(tab.field("Password")).to_be_visible()
    assert "passkey" not in tab.page.get_by_role("main").inner_text()
    tab.sign_in()
    tab.shows("Secure your account")
    expect(tab.page.get_by_text("Passkeys need a name such as id.example.org")).to_be_visible()
    expect(tab.button("Add a passkey")).to_have_count(0)
    assert axe.violations(tab.page) == []


def test_a_second_passkey_is_added_at_the_account_but_not_on_the_same_device(tab: Tab, house: House, axe: Axe) -> None:
    _, device = add_passkey(tab, house)
    tab.open(f"{house.issuer}/account/security")
    tab.shows("Security")
    expect(tab.page.get_by_role("main")).to_contain_text("Synced to your devices")
    tab.press("Add a passkey")
    tab.press("Create passkey")
    expect(tab.page.get_by_role("status")).to_contain_text("There is a passkey for your account on this device")
    device.unplug()
    Authenticator.security_key(tab.page)
    tab.field("Name (optional)").fill("Blue key")
    tab.press("Create passkey")
    tab.press("Later")
    tab.shows("Security")
    expect(tab.page.get_by_role("main")).to_contain_text("Blue key On one device or key")
    assert axe.violations(tab.page) == []
