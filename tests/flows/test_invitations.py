"""Invitations over a running provider: a guest's way in, and fifty who want three places."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.conftest import PASSWORD
from tests.flows import records
from tests.flows.test_races import all_at_once
from tests.flows.visitors import visitor
from tests.person import Page, Person
from tests.server import Server


@pytest.fixture(scope="module")
def busy(idp_server: Callable[..., Server]) -> Server:
    """A provider of four processes."""
    server = idp_server(IDP_WORKERS="4")
    server.add_user("robin", PASSWORD, "--admin")
    return server


def invite(server: Server, **fields: str) -> str:
    """The address that an administrator gets for an invitation."""
    robin = visitor(server)
    robin.get("/admin/invitations/add")
    robin.submit(username="robin", password=PASSWORD)
    page = robin.submit(uses="1", **fields) if "uses" not in fields else robin.submit(**fields)
    found = re.search(r"/invitation\?link=in_[\w-]{43}", re.sub("</?span[^>]*>", "", page.html))
    assert found, page.text
    return found[0]


def fill_in(guest: Person, link: str, username: str) -> Page:
    guest.get(link)
    return guest.submit(username=username, email=f"{username}@example.org", password=PASSWORD)


def test_a_guest_goes_from_the_link_to_the_application_and_is_signed_in_there(busy: Server) -> None:
    busy.idp("group", "add", "family")
    app = busy.idp_json(
        "client", "add", "Cinema", "--redirect-uri", "https://cinema.example.org/callback", "--app-url",
        "https://cinema.example.org/", "--group", "family",
    )  # fmt: skip
    link = invite(busy, client=app["client_id"], group="family", uses="1")
    guest, name = visitor(busy), f"g{secrets.token_hex(4)}"
    fill_in(guest, link, name)
    assert guest.left_to == "https://cinema.example.org/"
    assert name in guest.get("/account").text
    assert busy.idp_json("user", "show", name)["groups"] == ["family"]
    assert busy.idp_json("user", "show", name)["email_verified"] is False
    other = visitor(busy).get(link)
    assert other.status == 410 and "can’t be used any more" in other.text


def test_three_places_let_exactly_three_of_fifty_in(busy: Server) -> None:
    link = invite(busy, uses="3")
    handle = urlsplit(link).query.removeprefix("link=")
    before = records.count(busy, "SELECT count(*) FROM users")
    guests = [visitor(busy) for _ in range(50)]
    for guest in guests:
        guest.get(link)
    names = [f"g{secrets.token_hex(4)}" for _ in guests]

    def take(number: int) -> Page:
        name = names[number]
        return guests[number].submit(username=name, email=f"{name}@example.org", password=PASSWORD)

    pages = all_at_once(50, take)
    assert records.count(busy, "SELECT count(*) FROM users") == before + 3
    assert sum(page.url.endswith("/account") for page in pages) == 3
    assert {page.status for page in pages if not page.url.endswith("/account")} <= {410, 503}
    assert records.read(busy, "SELECT used, uses FROM invitations WHERE uses = 3") == [(3, 3)]
    assert visitor(busy).get(f"/invitation?link={handle}").status == 410
