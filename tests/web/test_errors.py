"""Every error finds its reader."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp import activity, throttle
from idp.app import DIRECT
from idp.errors import Invalid, NotFound, PageError, Refused
from idp.storage.database import Unavailable
from idp.web import well_known
from tests.web.conftest import ISSUER

MACHINES = [
    each.path for each in [*(module.ENDPOINT for module in DIRECT), *well_known.ENDPOINTS] if not each.is_shortcut
]


def raising(app: Flask, error: Exception) -> FlaskClient:
    def fail() -> None:
        raise error

    app.add_url_rule("/raise", "raise", fail)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app.test_client()


def test_a_page_error_is_a_page_with_a_number_that_the_log_has_too(app: Flask) -> None:
    error = PageError("A title", "A message.", status=410, advice=["Do this."], details={"Sent": "<x>"}, reason="why")
    answer = raising(app, error).get("/raise", base_url=ISSUER)
    assert answer.status_code == 410
    for text in ("A title", "A message.", "Do this.", "Sent", "&lt;x&gt;"):
        assert text in answer.text
    row = list(activity.rows())[-1]
    assert (row.event, row.detail["reason"], row.detail["path"]) == ("page.refused", "why", "/raise")
    assert row.detail["incident"] in answer.text


@pytest.mark.filterwarnings("ignore")
def test_what_nobody_expected_says_nothing_of_itself(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    answer = raising(app, ZeroDivisionError("a secret detail")).get("/raise", base_url=ISSUER)
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "ZeroDivision" not in answer.text
    incident = re.search(r"incident ([0-9a-f]{8})", caplog.text)
    assert incident
    assert incident[1] in answer.text


@pytest.mark.parametrize("error", [NotFound("gone"), Invalid(name="taken"), Refused("reason", "sentence")], ids=repr)
def test_what_has_been_changed_by_somebody_else_is_no_breakdown(app: Flask, error: Exception) -> None:
    answer = raising(app, error).get("/raise", base_url=ISSUER)
    assert answer.status_code == 409
    assert "reload the page" in answer.text


def test_a_database_that_is_away_means_try_again(app: Flask) -> None:
    answer = raising(app, Unavailable[0]("the password is secret")).get("/raise", base_url=ISSUER)
    assert answer.status_code == 503
    assert "secret" not in answer.text


@pytest.mark.parametrize("path", MACHINES)
def test_machines_read_json_even_for_a_wrong_method(browser: FlaskClient, path: str) -> None:
    answer = browser.patch(path)
    assert (answer.status_code, answer.mimetype) == (405, "application/json")
    assert answer.json["error"] == "invalid_request"
    assert answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/parts", "/token/x", "/healthy", "/.well-known/x"])
def test_what_merely_begins_like_an_endpoint_is_a_wrong_address(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_people_read_pages(browser: FlaskClient) -> None:
    assert browser.get("/nothing").status_code == 404
    wrong = browser.delete("/account")
    assert wrong.status_code == 405
    assert wrong.headers["Allow"]


def test_a_form_without_its_token_is_refused_with_advice(browser: FlaskClient) -> None:
    answer = browser.post("/logout", data={"decision": "logout"})
    assert answer.status_code == 400
    assert "cookie" in answer.text


def test_errors_on_pages_cannot_fill_the_log(browser: FlaskClient) -> None:
    for number in range(throttle.NOTES.failures + 20):
        browser.get(f"/authorize?client_id=nobody-{number}")
    assert len(list(activity.rows())) == throttle.NOTES.failures
