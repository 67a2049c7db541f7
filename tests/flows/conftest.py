"""Applications and people of the journeys; the applications are shared, so tests leave them as they are."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor
from tests.person import Person
from tests.server import Server


@pytest.fixture
def person(server: Server) -> Person:
    """Somebody with a fresh browser."""
    return visitor(server)


@pytest.fixture(scope="session")
def app(server: Server) -> Application:
    """A confidential application that people aren't asked about."""
    return Application(server, "--skip-consent")


@pytest.fixture(scope="session")
def asking_app(server: Server) -> Application:
    """A confidential application that needs consent, with all the pictures and links it may have."""
    return Application(
        server, "--logo-uri", "https://app.example/logo.png", "--policy-uri", "https://app.example/policy",
        "--tos-uri", "https://app.example/terms", "--app-url", "https://app.example/",
    )  # fmt: skip


@pytest.fixture(scope="session")
def other_app(server: Server) -> Application:
    """Another confidential application."""
    return Application(server, "--skip-consent", redirect_uri="https://other.example/cb?tenant=1")


@pytest.fixture(scope="session")
def public_app(server: Server) -> Application:
    """A public application on the person's own machine."""
    return Application(server, "--skip-consent", "--auth-method", "none", redirect_uri="http://127.0.0.1/callback")


@pytest.fixture(scope="session")
def narrow_app(server: Server) -> Application:
    """An application that may ask for openid and email only."""
    return Application(server, "--skip-consent", "--scope", "openid", "--scope", "email")


@pytest.fixture(scope="session")
def new_user(server: Server) -> Callable[..., dict[str, Any]]:
    """Adds one more person with Alice's password; `new_user()["username"]` is their name."""

    def add(*options: str) -> dict[str, Any]:
        return server.add_user(f"user{secrets.token_hex(4)}", PASSWORD, *options)

    return add


@pytest.fixture(scope="session")
def bob(new_user: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """A person in no group."""
    return new_user("--display-name", "Bob Example")
