"""Endpoints that are answered before Flask is asked."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from idp.storage.database import Unavailable
from idp.web.direct import Call, Direct, Endpoint, in_json
from idp.web.headers import Answer
from idp.web.wired import Wired


@pytest.fixture
def wired(make_app: Callable[..., object]) -> Wired:
    found: Wired = make_app().extensions["foyer"]  # type: ignore[attr-defined]
    return found


def ask(wired: Wired, respond: Callable[[Call], Answer | None], *, is_shortcut: bool = False, method: str = "POST",
        path: str = "/x", **sent: str) -> TestResponse:  # fmt: skip
    """The answer of an endpoint at /x, before pages that all say \"page\"."""
    door = Direct([Endpoint("/x", {"POST": respond}, is_shortcut)], Response("page"), wired)
    return Client(door, use_cookies=False).open(path, method=method, **sent)  # type: ignore[arg-type]


def failing(error: Exception) -> Callable[[Call], Answer]:
    def fail(_: Call) -> Answer:
        raise error

    return fail


def test_it_sees_what_was_sent(wired: Wired) -> None:
    def tell(call: Call) -> Answer:
        seen = [call.query, call.form, call.authorization, call.session_handle]
        return in_json(201, {"seen": repr(seen)}, ("x-more", "yes"))

    answer = ask(wired, tell, path="/x?a=%C3%A4", data="b=c", content_type="Application/X-WWW-Form-Urlencoded;charset=x",
                 headers={"Authorization": "Bearer t", "Cookie": "foyer=se_1"})  # type: ignore[arg-type]  # fmt: skip
    assert (answer.status_code, answer.mimetype, answer.headers["X-More"]) == (201, "application/json", "yes")
    assert answer.json == {"seen": repr([b"a=%C3%A4", b"b=c", "Bearer t", "se_1"])}


@pytest.mark.parametrize("content_type", ["", "text/plain", "multipart/form-data", "application/json"])
def test_what_is_no_form_is_not_read_as_one(wired: Wired, content_type: str) -> None:
    answer = ask(wired, lambda call: in_json(200, {"form": call.form}), data="b=c", content_type=content_type)
    assert answer.json == {"form": None}


@pytest.mark.parametrize(("method", "status"), [("GET", 405), ("DELETE", 405), ("OPTIONS", 200)])
def test_other_methods_are_told_which_there_are(wired: Wired, method: str, status: int) -> None:
    answer = ask(wired, failing(ZeroDivisionError()), method=method)
    assert (answer.status_code, answer.headers["Allow"]) == (status, "POST, OPTIONS")


def test_other_addresses_are_pages(wired: Wired) -> None:
    assert ask(wired, failing(ZeroDivisionError()), path="/y").text == "page"
    assert ask(wired, failing(ZeroDivisionError()), path="/x/").text == "page"


def test_a_failure_says_nothing_of_itself(wired: Wired, caplog: pytest.LogCaptureFixture) -> None:
    answer = ask(wired, failing(ZeroDivisionError("a secret detail")))
    incident = re.search(r"incident ([0-9a-f]{8})", caplog.text)
    assert incident
    assert answer.json == {"error": "server_error", "error_description": f"Incident {incident[1]}."}
    assert "a secret detail" in caplog.text


def test_a_database_that_is_away_means_try_again(wired: Wired) -> None:
    answer = ask(wired, failing(Unavailable[0]("the password is secret")))
    assert (answer.status_code, answer.json["error"]) == (503, "temporarily_unavailable")
    assert "secret" not in answer.text


@pytest.mark.parametrize("respond", [lambda _: None, failing(ZeroDivisionError())], ids=["nothing", "failure"])
def test_what_a_shortcut_cannot_answer_is_left_to_the_page(wired: Wired, respond: Callable[[Call], None]) -> None:
    assert ask(wired, respond, is_shortcut=True).text == "page"
    assert ask(wired, respond, is_shortcut=True, method="GET").text == "page"
