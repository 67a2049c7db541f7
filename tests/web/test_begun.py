"""Strangers may begin many sign-ins, not endlessly many; whoever is known, or comes to an end, is never in the way."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp import clock, throttle
from idp.authenticators import password
from idp.authenticators.password import hashing
from idp.storage.models import Interaction, Session, Throttle
from tests import given
from tests.conftest import PASSWORD
from tests.given import CHALLENGE, REDIRECT_URI
from tests.web.conftest import token_of

ASKED = {"response_type": "code", "client_id": "app", "redirect_uri": REDIRECT_URI, "scope": "openid",
         "code_challenge": CHALLENGE, "code_challenge_method": "S256"}  # fmt: skip
HERE, ELSEWHERE = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.2"}


@pytest.fixture(autouse=True)
def one_more(app: Flask) -> None:
    """An application, and an address from which one more sign-in may be begun."""
    given.client(skip_consent=True)
    Throttle.create(key="begun:192.0.2.1", failures=throttle.BEGUN.failures - 1, expires_at=clock.now() + 100)


def begin(browser: FlaskClient, origin: dict[str, str] = HERE, path: str = "/authorize"):
    return browser.get(path, query_string=ASKED, environ_overrides=origin)


def test_one_too_many_is_refused_in_words_and_leaves_no_row(app: Flask, browser: FlaskClient) -> None:
    assert begin(browser).status_code == 303
    stranger = app.test_client()
    for path in ("/authorize", "/account"):
        given.user(path.strip("/"))  # without anybody, the account page says that instead
        refused = stranger.get(path, query_string=ASKED, environ_overrides=HERE, base_url="http://localhost:8000")
        assert refused.status_code == 429
        assert "five minutes" in refused.text
        assert "Set-Cookie" not in refused.headers
    assert Interaction.select().count() == Session.select().count() == 1


def test_other_addresses_may_begin_sign_ins_while_one_may_not(browser: FlaskClient) -> None:
    assert begin(browser).status_code == 303
    assert begin(browser, ELSEWHERE).status_code == 303


def test_whoever_is_signed_in_may_begin_where_strangers_may_not(browser: FlaskClient) -> None:
    _, handle = given.session(given.user())
    assert begin(browser).status_code == 303
    browser.set_cookie("foyer", handle)
    for path in ("/authorize", "/account"):
        assert begin(browser, path=path).status_code in (200, 303)


def test_who_comes_to_an_end_makes_room_for_another(app: Flask, browser: FlaskClient) -> None:
    password.enrol(given.user("ada"), hashing.hash(PASSWORD), clock.now())
    step = begin(browser).headers["Location"]
    other = app.test_client()
    assert other.get("/authorize", query_string=ASKED, environ_overrides=HERE).status_code == 429
    form = {"username": "ada", "password": PASSWORD, "csrf_token": token_of(browser.get(step).text)}
    assert browser.post(step, data=form).headers["Location"].startswith(REDIRECT_URI)
    assert other.get("/authorize", query_string=ASKED, environ_overrides=HERE).status_code == 303
    assert other.get("/authorize", query_string=ASKED, environ_overrides=HERE).status_code == 429
