"""Somebody's browser with a session of theirs in it, as the pages of `/account` find it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.storage.models import Session, User
from tests import given
from tests.conftest import Clock
from tests.web.conftest import token_of


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


@pytest.fixture
def ada(visit: Callable[..., Visitor]) -> Visitor:
    """Ada, who has just signed in."""
    return visit(given.user("ada", display_name="Ada"))
