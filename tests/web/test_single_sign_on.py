"""Whoever is signed in goes back to the application at once."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder

from idp.storage import sessions
from idp.storage.models import Grant, Interaction, Session
from idp.web import single_sign_on
from idp.web.direct import Call
from tests import given
from tests.given import REDIRECT_URI

PLAIN = {"client_id": "app", "redirect_uri": REDIRECT_URI, "response_type": "code", "scope": "openid", "state": "a b"}


@pytest.fixture
def session(app: Flask, browser: FlaskClient) -> Session:
    """Ada's, in the browser; the application asks for no consent."""
    given.client(skip_consent=True)
    row, handle = given.session(given.user("ada"))
    browser.set_cookie("foyer", handle, domain="localhost")
    return row


@pytest.fixture
def without_pages(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left to Flask."""
    monkeypatch.setattr(app, "full_dispatch_request", lambda: pytest.fail("Flask was asked"))


@pytest.mark.usefixtures("without_pages")
def test_the_browser_goes_back_with_a_code_and_no_page(browser: FlaskClient, session: Session) -> None:
    answer = browser.get("/authorize", query_string=PLAIN)
    assert (answer.status_code, answer.data) == (303, b"")
    address = urlsplit(answer.headers["Location"])
    assert address._replace(query="").geturl() == REDIRECT_URI
    sent = parse_qs(address.query)
    assert (sent.keys(), sent["state"]) == ({"code", "state", "iss"}, ["a b"])
    assert given.grant_of(sent["code"][0]).sid == session.sid
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cross-Origin-Opener-Policy"] == "unsafe-none", "the application may have opened a popup"
    assert Interaction.select().count() == 0


@pytest.mark.parametrize("change", [
    {"client_id": "nobody"}, {"redirect_uri": "https://evil.example/"}, {"prompt": "login"}, {"max_age": "0"},
    {"prompt": "none", "claims": '{"id_token":{"sub":{"value":"x"}}}'}, {"scope": "nothing"}, {"response_type": "token"},
    {"response_mode": "form_post"}, {"prompt": "consent"}, {"prompt": "select_account"},
], ids=str)  # fmt: skip
def test_whatever_is_not_that_simple_is_left_to_the_page(app: Flask, change: dict[str, str]) -> None:
    given.client(skip_consent=True)
    _, handle = given.session(given.user("ada"))
    environ = EnvironBuilder("/authorize", query_string={**PLAIN, **change}, headers={"Cookie": f"foyer={handle}"})
    assert single_sign_on.at_once(Call(environ.get_environ(), app.extensions["foyer"])) is None
    assert Grant.select().count() == Interaction.select().count() == 0


def test_who_has_signed_out_is_asked_again(browser: FlaskClient, session: Session) -> None:
    sessions.end(session)
    assert browser.get("/authorize", query_string=PLAIN).headers["Location"].startswith("/interaction/")
    assert Grant.select().count() == 0


def test_whoever_only_checks_the_link_gets_no_code(browser: FlaskClient, session: Session) -> None:
    assert browser.head("/authorize", query_string=PLAIN).status_code == 405
    assert Grant.select().count() == 0
