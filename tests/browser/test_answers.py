"""How the answer reaches the application: the browser's content policy lets it through, and only there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Response, expect

from .house import House
from .tab import Tab

APP = "app.pocket:///oauth-callback"


@pytest.mark.parametrize("client", ["dashboard", "jellyfin"])
def test_a_posted_answer_arrives_at_the_other_origin(either_tab: Tab, house: House, client: str) -> None:
    asked = {"prompt": "consent"} if client == "jellyfin" else {}
    either_tab.open(house.link(getattr(house, client), response_mode="form_post", state="posted & kept", **asked))
    either_tab.sign_in()
    if client == "jellyfin":
        either_tab.press("Allow")
    either_tab.pass_the_answer_on()
    either_tab.shows("Back at the application")
    (callback,) = house.site.callbacks
    assert callback.method == "POST"
    assert set(callback.parameters) == {"code", "state", "iss"}
    assert callback.parameters["state"] == "posted & kept"
    assert callback.referer is None


def test_without_script_the_posted_answer_waits_for_a_button(scriptless_tab: Tab, house: House) -> None:
    scriptless_tab.open(house.link(house.dashboard, response_mode="form_post"))
    scriptless_tab.sign_in()
    scriptless_tab.shows("Taking you back to the application")
    assert house.site.callbacks == []
    scriptless_tab.press("Continue")
    scriptless_tab.shows("Back at the application")
    assert house.site.callbacks[0].method == "POST"


def test_a_refusal_is_posted_too(either_tab: Tab, house: House) -> None:
    either_tab.open(house.link(house.dashboard, response_mode="form_post", prompt="none"))
    either_tab.pass_the_answer_on()
    either_tab.shows("Back at the application")
    assert house.site.callbacks[0].parameters["error"] == "login_required"


def test_an_app_on_this_device_gets_its_answer(tab: Tab, house: House) -> None:
    answers: list[Response] = []  # to forms
    tab.page.on("response", lambda answer: answers.append(answer) if answer.request.method == "POST" else None)
    tab.open(house.link(house.phone, prompt="consent", redirect_uri=APP))
    tab.sign_in()
    tab.button("Allow").wait_for()
    with tab.page.expect_event("requestfailed", lambda request: request.url.startswith("app.pocket:")) as left:
        tab.press("Allow")
    assert "code=" in left.value.url
    assert answers[-1].status == 303
    assert answers[-1].headers["location"].startswith(APP + "?code=")
    # Nothing on this machine opens that scheme, which is all that Chromium has against it.
    assert not [said for said in tab.watch.complaints if "CSP" in said or "Content Security Policy" in said]
    tab.watch.rightly("Failed to launch", "ERR_UNKNOWN_URL_SCHEME")


def test_a_form_cannot_be_led_to_another_place(tab: Tab, house: House) -> None:
    tab.open(house.link(house.dashboard))
    with tab.page.expect_console_message(lambda message: "form-action" in message.text):
        tab.page.evaluate("document.forms['login-form'].action = 'http://127.0.0.1:9/steal'")
        tab.page.evaluate("document.forms['login-form'].submit()")
    assert tab.page.url.startswith(house.issuer)
    tab.watch.rightly("form-action")


def test_an_inline_script_does_not_run(tab: Tab, house: House) -> None:
    tab.open(house.link(house.dashboard))
    with tab.page.expect_console_message(lambda message: "script-src" in message.text):
        tab.page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {textContent: 'document.title = 1'}))"
        )
    expect(tab.page).to_have_title("Sign in – Foyer")
    assert any("script-src" in said for said in tab.watch.complaints)
    tab.watch.rightly("script-src")
