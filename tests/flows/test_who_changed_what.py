"""Every change says which administrator made it: to other administrators, on a terminal, and to the person it is about."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from tests.flows import records
from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor
from tests.person import Person
from tests.server import Server


@pytest.fixture(scope="module")
def house(idp_server: Callable[..., Server]) -> Server:
    """A provider of one process, so that whatever one request leaves behind the next would find."""
    server = idp_server(IDP_WORKERS="1")
    server.add_user("robin", PASSWORD, "--admin", "--display-name", "Robin Keeper")
    return server


@pytest.fixture
def robin(house: Server) -> Person:
    return signed_in(house, "robin", "/admin")


def signed_in(house: Server, name: str, path: str) -> Person:
    somebody = visitor(house)
    somebody.get(path)
    somebody.submit(username=name, password=PASSWORD)
    return somebody


def rows(house: Server, user: str) -> list[dict[str, Any]]:
    """What is written down about somebody."""
    return [json.loads(line) for line in house.idp("audit", "--user", user, "--json").splitlines()]


def number(house: Server, name: str) -> int:
    return records.count(house, "SELECT id FROM users WHERE username = ?", name)


def test_what_an_administrator_does_goes_down_under_their_name(house: Server, robin: Person) -> None:
    house.add_user("ada", PASSWORD)
    for deed in ("reset-factors", "end-sessions", "disable", "enable", "link"):
        robin.get(f"/admin/users/{number(house, 'ada')}/{deed}")
        assert robin.submit(csrf_token=robin.page.form_with("csrf_token").fields["csrf_token"]).status == 200
    by = {row["event"]: row.get("by") for row in rows(house, "ada")}
    assert by.pop("user.added") == "command line"
    assert set(by.values()) == {"robin"} and len(by) >= 5, by
    told = house.idp("audit", "--user", "ada")
    assert "the second factors of ada were taken away (by robin" in told
    assert "ada was added (on the command line" in told
    ada = unescape(seen_by(house, "ada"))
    assert "Robin Keeper removed all your second factors" in ada
    assert "Robin Keeper shut you out" in ada and "Robin Keeper signed you out everywhere" in ada
    listed = unescape(robin.get("/admin/activity?user=ada").text)
    assert "by robin" in listed and "on the command line" in listed


def seen_by(house: Server, name: str) -> str:
    return signed_in(house, name, "/account/activity").page.text


def test_what_comes_after_it_in_the_same_process_is_nobodys(house: Server, robin: Person) -> None:
    house.add_user("grace", PASSWORD)
    app = Application(house, "--skip-consent")
    robin.get(f"/admin/users/{number(house, 'grace')}/reset-factors")
    robin.submit(csrf_token=robin.page.form_with("csrf_token").fields["csrf_token"])
    robin.get("/admin/health")
    tokens = app.tokens(visitor(house), "grace")
    assert app.userinfo(tokens["access_token"]).status_code == 200
    later = [row for row in rows(house, "grace") if row["event"] in ("sign_in", "code.issued", "token.issued")]
    assert len(later) == 3 and not any("by" in row for row in later), later


def test_who_has_gone_or_whose_name_nobody_knows_is_an_administrator(house: Server) -> None:
    house.add_user("eve", PASSWORD, "--admin", "--display-name", "Eve")
    house.add_user("bob", PASSWORD)
    eve = signed_in(house, "eve", "/admin")
    eve.get(f"/admin/users/{number(house, 'bob')}/end-sessions")
    eve.submit(csrf_token=eve.page.form_with("csrf_token").fields["csrf_token"])
    house.idp("user", "delete", "eve", "--yes")
    house.idp("user", "set", "bob", "--display-name", "Robert")
    told = seen_by(house, "bob")
    assert "An administrator signed you out everywhere" in told and "An administrator changed your account" in told
