"""Fixtures of the peers: registering an application, and people who sign in to it."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from idp.storage.remembered import LOOK_EVERY
from tests.authenticator_app import AuthenticatorApp, set_up
from tests.given import PASSWORD
from tests.person import Person

WELL_KNOWN = "/.well-known/openid-configuration"


@pytest.fixture(scope="session")
def register(server) -> Callable[..., dict[str, Any]]:
    """`register(name, redirect_uri, *options)`: the new client's metadata, its secret included."""

    def add(name: str, redirect_uri: str, *options: str) -> dict[str, Any]:
        unique = f"{name} {secrets.token_hex(4)}"  # the server is shared, names are not
        command = ("client", "add", unique, "--redirect-uri", redirect_uri, *options)
        return dict(server.idp_json(*command))

    return add


@pytest.fixture(scope="session")
def registration_token(server) -> Callable[[], str]:
    """`registration_token()`: a token to register with, once discovery says where."""

    def make() -> str:
        made = server.idp_json("registration-token", "add", "Peers")
        time.sleep(LOOK_EVERY + 0.1)  # what a process says of it is no older than that
        assert "registration_endpoint" in requests.get(server.issuer + WELL_KNOWN, timeout=10).json()
        return str(made["initial_access_token"])

    return make


@pytest.fixture(scope="session")
def add_user(server) -> Callable[[str, str], None]:
    """`add_user(name, email)`: one more person, with Alice's password."""

    def add(name: str, email: str) -> None:
        server.add_user(name, PASSWORD, "--email", email)

    return add


@pytest.fixture(scope="session")
def sign_in(server) -> Callable[..., str]:
    """`sign_in(authorization_url, name)`: the URL the person comes back to the client with."""

    def walk(authorization_url: str, name: str = "alice") -> str:
        return str(Person(server.issuer).sign_in(authorization_url, name, PASSWORD))

    return walk


@dataclass
class Newcomer:
    """One more person, and the authenticator app that they set up when they are asked to."""

    issuer: str
    name: str
    phone: AuthenticatorApp | None = None

    def sign_in(self, authorization_url: str) -> str:
        """The URL the person comes back to the client with, from a fresh browser; shows or sets up what is asked for."""
        person = Person(self.issuer)
        person.get(authorization_url)
        person.submit(username=self.name, password=PASSWORD)
        if person.left_to is None and person.page.offers("choose"):
            self.phone, _ = set_up(person)
        elif person.left_to is None and person.page.offers("code"):
            assert self.phone
            person.submit(code=self.phone.code())
        if person.left_to is None:
            person.submit(decision="allow")
        assert person.left_to is not None, person.page.text
        return person.left_to


@pytest.fixture
def newcomer(server) -> Newcomer:
    """Somebody with a password only."""
    name = f"user{secrets.token_hex(4)}"
    server.add_user(name, PASSWORD)
    return Newcomer(server.issuer, name)


@pytest.fixture(scope="session")
def form_page(server) -> Callable[[str], str]:
    """`form_page(authorization_url)`: the page whose form carries Alice's answer to the client."""

    def walk(authorization_url: str) -> str:
        person = Person(server.issuer)
        person.get(authorization_url)
        person.submit(username="alice", password=PASSWORD)
        if person.page.offers("decision"):
            person.submit(decision="allow")
        return person.page.html

    return walk


@pytest.fixture(scope="session")
def stranger() -> Callable[[str], str]:
    """`stranger(authorization_url)`: where a browser without a session is sent."""

    def ask(authorization_url: str) -> str:
        answer = requests.get(authorization_url, allow_redirects=False, timeout=10)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    return ask
