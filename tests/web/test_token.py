"""`/token` as HTTP; what it decides is tried in tests/oidc."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests import given
from tests.given import REDIRECT_URI, SECRET, VERIFIER


def test_tokens_are_json_and_kept_nowhere(browser: FlaskClient) -> None:
    code = given.code(given.grant(given.user(), given.client()))
    answer = browser.post("/token", data={
        "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI, "code_verifier": VERIFIER,
        "client_id": "app", "client_secret": SECRET,
    })  # fmt: skip
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")
    assert isinstance(answer.json["expires_in"], int)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
def test_only_a_form_is_read(browser: FlaskClient, content_type: str) -> None:
    answer = browser.post("/token", data=b"grant_type=authorization_code", content_type=content_type)
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")


def test_parameters_in_the_address_count_for_nothing(browser: FlaskClient) -> None:
    given.client()
    answer = browser.post(f"/token?client_id=app&client_secret={SECRET}", data={"grant_type": "authorization_code"})
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("by_header", [True, False])
def test_an_error_is_json_and_kept_nowhere(browser: FlaskClient, by_header: bool) -> None:
    given.client()
    form = {"code": "x"} if by_header else {"client_id": "app", "client_secret": "wrong"}
    answer = browser.post("/token", data=form, auth=("app", "wrong") if by_header else None)
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")
    assert answer.json["error_description"] == "The client is unknown, or its secret is wrong."
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")
    assert (answer.headers.get("WWW-Authenticate") == 'Basic realm="token"') is by_header


def test_the_token_endpoint_does_not_answer_get(browser: FlaskClient) -> None:
    answer = browser.get("/token")
    assert (answer.status_code, set(answer.headers["Allow"].split(", "))) == (405, {"OPTIONS", "POST"})
