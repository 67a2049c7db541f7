"""`/health`: for whatever watches over the server."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from idp.storage import database


def test_the_provider_is_well_while_the_database_answers(browser: FlaskClient) -> None:
    answer = browser.get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


@pytest.mark.parametrize("query", ["", "probe=", "probe=x&probe=y", "%zz", "_=1700000000"])
def test_whatever_is_added_to_the_address_it_is_well(browser: FlaskClient, query: str) -> None:
    answer = browser.get(f"/health?{query}")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("OPTIONS", 200), ("POST", 405), ("DELETE", 405)])
def test_it_is_asked_by_get_and_head(browser: FlaskClient, method: str, status: int) -> None:
    answer = browser.open("/health", method=method)
    assert answer.status_code == status
    assert status == 200 or answer.json["error"] == "invalid_request"
    assert method == "HEAD" or answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_the_provider_is_not_well_when_the_database_is_away(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise database.Unavailable[0]("no route to the host with the secret name")

    monkeypatch.setattr(database, "execute", away)
    answer = browser.get("/health")
    assert answer.status_code == 503
    assert "secret" not in answer.text
