"""The application inside this process, without a server before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp.app import create_app
from idp.config import Config
from idp.storage import database

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
