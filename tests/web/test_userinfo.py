"""`/userinfo` as HTTP; what it tells is tried in tests/oidc."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests import given


@pytest.fixture
def token(app: object) -> str:
    return given.access_token(given.grant(given.user("ada"), given.client(), scopes=["openid", "email"]))


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_the_token_in_the_header_opens_it(browser: FlaskClient, token: str, method: str, scheme: str) -> None:
    answer = browser.open("/userinfo", method=method, headers={"Authorization": f"{scheme} {token}"})
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json["email"] == "ada@example.org"


def test_the_token_in_the_form_opens_it(browser: FlaskClient, token: str) -> None:
    assert browser.post("/userinfo", data={"access_token": token}).status_code == 200


def test_the_token_in_the_address_does_not(browser: FlaskClient, token: str) -> None:
    answer = browser.get(f"/userinfo?access_token={token}")
    assert (answer.status_code, answer.headers["WWW-Authenticate"], answer.json) == (401, "Bearer", {})


def test_a_repeated_token_is_refused(browser: FlaskClient, token: str) -> None:
    body = f"access_token={token}&access_token={token}"
    answer = browser.post("/userinfo", data=body, content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")


def test_an_unknown_token_is_told_in_the_header(browser: FlaskClient) -> None:
    answer = browser.get("/userinfo", headers={"Authorization": "Bearer at_x"})
    assert answer.status_code == 401
    sentence = "The access token is unknown, expired or revoked."
    assert answer.json == {"error": "invalid_token", "error_description": sentence}
    assert answer.headers["WWW-Authenticate"] == f'Bearer error="invalid_token", error_description="{sentence}"'


def test_a_question_about_the_headers_alone_is_answered(browser: FlaskClient, token: str) -> None:
    answer = browser.head("/userinfo", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
