"""The page for codes of devices, where it has to do with everybody at once."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from idp import clock, throttle
from idp.storage import device_codes
from idp.storage.database import transaction
from idp.storage.models import Interaction, Throttle
from tests import given
from tests.web.conftest import Visitor, token_of


@pytest.fixture
def attacked(app: object) -> str:
    """A code, while strangers everywhere guess."""
    with transaction():
        device_codes.add("digest", "WDJBMJHT", given.client("tv"), ["openid"], "attempt", "192.0.2.9", clock.now())
    limit = throttle.USER_CODES_OF_EVERYBODY
    Throttle.create(key=f"{limit.scope}:all", failures=limit.failures, expires_at=clock.now() + 100)
    return "WDJB-MJHT"


def test_while_strangers_guess_whoever_has_an_account_signs_in_first(attacked: str, browser: FlaskClient) -> None:
    given.user()
    csrf = token_of(browser.get("/device").text)
    answer = browser.post("/device", data={"csrf_token": csrf, "user_code": attacked})
    assert answer.status_code == 303
    waiting = Interaction.get()
    assert waiting.client_id is None and waiting.request["redirect_uri"] == "/device?user_code=WDJB-MJHT"


def test_and_types_the_code_as_always_then(attacked: str, visit, clock: object) -> None:
    ada: Visitor = visit(given.user("ada"))
    answer = ada.post("/device", user_code=attacked)
    assert answer.status_code == 303
    assert Interaction.get().request["device_code"]


def test_an_outcome_belongs_to_the_browser_that_made_it(browser: FlaskClient) -> None:
    answer = browser.get("/device/done")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/device")


def test_the_page_is_for_phones_and_for_who_has_no_script(browser: FlaskClient) -> None:
    page = browser.get("/device").text
    for word in ("autofocus", 'autocapitalize="characters"', 'autocomplete="off"', 'enterkeyhint="go"', "required"):
        assert word in page, word
    assert "<script" not in page
    assert "autofocus" not in browser.get("/device?user_code=wdjbmjht").text, "the button comes first then"
