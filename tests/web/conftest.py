"""The application inside this process, without a server before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.app import create_app
from idp.config import Config
from idp.storage import database
from idp.storage.models import Session, User
from tests import given
from tests.conftest import Clock

ISSUER = "http://localhost:8000"


@pytest.fixture
def make_app(storage: None, _unit_database: str, keys_folder: Path, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Makes the application with other settings."""

    def make(**settings: str) -> Flask:
        database.close()
        values = {"issuer": ISSUER, "database_url": _unit_database, "keys_dir": keys_folder, "data_dir": tmp_path}
        return create_app(Config(**{**values, **settings}))

    yield make
    database.close()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Somebody's browser, with its cookies."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    get = client.open

    def at_the_issuer(*args: object, **named: object) -> object:
        named.setdefault("base_url", ISSUER)
        return get(*args, **named)

    client.open = at_the_issuer  # type: ignore[method-assign,assignment]
    return client


def token_of(page: str) -> str:
    """The anti-forgery token of a page's form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page
    return found[1]


@dataclass
class Visitor:
    """A person at their browser."""

    browser: FlaskClient
    user: User
    session: Session

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.browser.get(path)

    def post(self, path: str, form: str | None = None, **fields: str) -> TestResponse:
        """Send the form of a page (the one at `path` unless another is named) to `path`."""
        token = token_of(self.browser.get(form or path).text)
        return self.browser.post(path, data={"csrf_token": token, **fields})

    def now(self) -> User:
        """The person as they are in the database."""
        found: User = User.get_by_id(self.user.id)
        return found


@pytest.fixture
def visit(browser: FlaskClient, clock: Clock) -> Callable[..., Visitor]:
    """`visit(user)`: the browser, signed in as that person with a password proved `ago` seconds ago."""

    def make(user: User, *, ago: int = 0, proofs: list[Any] | None = None) -> Visitor:
        session, handle = given.session(user, *(proofs or [given.proof(at=clock.now - ago)]))
        browser.set_cookie("foyer", handle, domain="localhost")
        return Visitor(browser, user, session)

    return make
