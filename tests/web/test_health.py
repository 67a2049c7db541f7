"""`/health`: for whatever watches over the server."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from idp.storage import database


def test_the_provider_is_well_while_the_database_answers(browser: FlaskClient) -> None:
    answer = browser.get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_the_provider_is_not_well_when_the_database_is_away(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise database.Unavailable[0]("no route to the host with the secret name")

    monkeypatch.setattr(database, "execute", away)
    answer = browser.get("/health")
    assert answer.status_code == 503
    assert "secret" not in answer.text
