"""A return address that isn't registered: an administrator sees why, and adds it; nobody else sees more than before."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor
from tests.person import Person
from tests.server import Server

OTHER = "https://app.example/callback/"
ONLY_FOR_ADMINISTRATORS = (
    "Nearest that is registered",
    "Add this address",
    "likely cause",
    "https://app.example/callback<",
)


@pytest.fixture
def app(server: Server) -> Application:
    """An application that the test may change."""
    return Application(server, "--skip-consent")


@pytest.fixture(scope="module")
def keeper_name(server: Server) -> str:
    """An administrator's user name."""
    name = f"keeper{secrets.token_hex(3)}"
    server.add_user(name, PASSWORD, "--admin")
    return name


@pytest.fixture
def keeper(server: Server, keeper_name: str) -> Person:
    """An administrator who has just signed in."""
    return signed_in(server, keeper_name)


def signed_in(server: Server, name: str) -> Person:
    person = visitor(server)
    person.get("/account")
    person.submit(username=name, password=PASSWORD)
    assert person.page.status == 200
    return person


def link(person: Person, text: str) -> str:
    """Where a link of the page leads."""
    before, _, _ = person.page.html.partition(f">{text}</a>")
    return before.rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")


def test_the_address_is_added_by_who_may_and_the_sign_in_works_then(app: Application, keeper: Person) -> None:
    page = keeper.get(app.url(redirect_uri=OTHER))
    assert page.status == 400
    for words in ("One has a slash at the end", "<mark>", "differs:", OTHER[:-1]):
        assert words in page.html, words
    keeper.get(link(keeper, "Add this address"))
    assert "Nothing registered so far is on this host" not in keeper.page.text
    keeper.submit(csrf_token=keeper.page.forms[-1].fields["csrf_token"])
    assert "The address has been added" in keeper.page.text
    keeper.left_to = None
    keeper.get(link(keeper, "Try the sign-in again"))
    assert keeper.left_to is not None and keeper.left_to.startswith(OTHER + "?code=")
    code = keeper.left_to.partition("code=")[2].partition("&")[0]
    assert app.exchange(code, redirect_uri=OTHER).status_code == 200


def test_an_address_of_a_strange_host_takes_one_more_tick(app: Application, keeper: Person, server: Server) -> None:
    keeper.get(app.url(redirect_uri="https://evil.example/callback"))
    keeper.get(link(keeper, "Add this address"))
    assert "Nothing registered so far is on this host" in keeper.page.text
    token = keeper.page.forms[-1].fields["csrf_token"]
    assert keeper.submit(csrf_token=token).status == 400
    assert server.idp_json("client", "show", app.id)["redirect_uris"] == [app.redirect_uri]
    keeper.submit(csrf_token=token, mine="1")
    assert "https://evil.example/callback" in server.idp_json("client", "show", app.id)["redirect_uris"]


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "https://app.example/callback#x", "https://app.example/*"])
def test_what_can_not_be_registered_can_not_be_added_either(
    app: Application, keeper: Person, server: Server, uri: str
) -> None:
    page = keeper.get(app.url(redirect_uri=uri))
    assert page.status == 400 and ">Add this address<" not in page.html
    here = f"/admin/applications/{app.id}/address"
    keeper.get(f"{here}?{requests.compat.urlencode({'uri': uri})}")  # type: ignore[attr-defined]
    keeper.submit(csrf_token=keeper.page.forms[-1].fields["csrf_token"], mine="1")
    assert keeper.page.status == 400
    assert server.idp_json("client", "show", app.id)["redirect_uris"] == [app.redirect_uri]


def test_strangers_and_other_people_see_none_of_it(
    app: Application, server: Server, new_user: Callable[..., dict[str, Any]]
) -> None:
    for person in (visitor(server), signed_in(server, new_user()["username"])):
        page = person.get(app.url(redirect_uri=OTHER))
        assert page.status == 400 and "doesn’t match" in page.text
        for words in ONLY_FOR_ADMINISTRATORS:
            assert words not in page.html, words


def test_an_administrator_who_owes_a_second_factor_is_a_stranger(app: Application, server: Server) -> None:
    name = f"keeper{secrets.token_hex(3)}"
    server.add_user(name, PASSWORD, "--admin", "--group", "family")
    person = signed_in(server, name)
    assert "Add this address" in person.get(app.url(redirect_uri=OTHER)).html
    server.idp("group", "add", f"careful{name}")
    server.idp("group", "set", f"careful{name}", "--require-mfa")
    server.idp("group", "grant", f"careful{name}", name)
    assert "Add this address" not in person.get(app.url(redirect_uri=OTHER)).html


def test_markup_in_the_address_is_inert(app: Application, keeper: Person) -> None:
    page = keeper.get(app.url(redirect_uri='https://app.example/"><script>alert(1)</script>'))
    assert "<script>alert" not in page.html
    page = keeper.get(f"/admin/applications/{app.id}/address?uri=%22%3E%3Cscript%3E&again=%22%3E%3Cscript%3E")
    assert "<script>" not in page.html


def test_what_is_tried_again_is_always_a_request_here(app: Application, keeper: Person) -> None:
    keeper.get(f"/admin/applications/{app.id}/address?uri={app.redirect_uri}&again=//evil.example")
    assert link(keeper, "Try the sign-in again") == "/authorize?//evil.example"


def test_the_form_needs_its_token(app: Application, keeper: Person, server: Server) -> None:
    here = f"{server.issuer}/admin/applications/{app.id}/address?uri={OTHER}"
    assert keeper.browser.post(here, data={"mine": "1"}).status_code == 400
    assert server.idp_json("client", "show", app.id)["redirect_uris"] == [app.redirect_uri]
