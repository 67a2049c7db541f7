"""Applications and people of the journeys; the applications are shared, so tests leave them as they are."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.flows import records
from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor
from tests.person import Person
from tests.post_office import PostOffice
from tests.server import Server


@pytest.fixture(autouse=True, scope="module")
def notes_from_here(server: Server) -> None:
    """One address is noted so many refusals of; those of the modules before don't count."""
    records.change(server, "DELETE FROM throttles WHERE key LIKE ?", "notes:%")


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


@pytest.fixture(scope="module")
def busy(idp_server: Callable[..., Server]) -> Server:
    """A provider of four processes, with Alice."""
    running = idp_server(IDP_WORKERS="4")
    running.add_user("alice", PASSWORD)
    return running


@pytest.fixture(scope="session")
def post_office() -> Iterator[PostOffice]:
    """A mail server."""
    office = PostOffice().start()
    yield office
    office.stop()


@pytest.fixture(scope="session")
def mailing(idp_server: Callable[..., Server], post_office: PostOffice) -> Server:
    """A provider of four processes that sends mail, with Alice."""
    running = idp_server(IDP_WORKERS="4", IDP_SMTP_URL=post_office.url(), IDP_MAIL_FROM="Foyer <id@example.org>")
    running.add_user("alice", PASSWORD)
    return running


@pytest.fixture
def somebody(mailing: Server) -> dict[str, Any]:
    """One more person there, with a mailbox and Alice's password."""
    return mailing.add_user(f"user{secrets.token_hex(4)}", PASSWORD)
