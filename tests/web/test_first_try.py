"""Whoever carries an address to another device reads before that only this machine can open it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

import pytest
from flask import Flask

from idp.oidc import registration
from tests import given
from tests.conftest import Clock
from tests.web.conftest import Visitor

HERE, THERE = "http://localhost:8000", "http://id.lan:8000"
SAID = "Only this computer can open"


@pytest.fixture(params=[HERE, THERE])
def issuer(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def root(make_app: Callable[..., Flask], issuer: str, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """An administrator at a provider with this issuer."""
    browser = make_app(issuer=issuer, allow_http="1").test_client()
    user = given.user("robin", is_admin=True)
    session, handle = given.session(user, given.proof(at=clock.now))
    browser.set_cookie("foyer", handle, domain=str(urlsplit(issuer).hostname))
    monkeypatch.setattr(browser, "open", partial(browser.open, base_url=issuer))
    return Visitor(browser, user, session)


def test_it_is_said_where_addresses_are_handed_out_and_only_there(root: Visitor, issuer: str) -> None:
    client, _secret = registration.add("TV", preset="jellyfin-sso", redirect_uris=["https://tv.example.org/cb"])
    for path in ("/account?welcome=1", f"/admin/applications/{client.client_id}/sheet", "/admin/invitations/add"):
        page = root.get(path)
        assert page.status_code == 200 and (SAID in page.text) == (issuer == HERE), path
    made = root.post("/admin/invitations/add", uses="1", lifetime="3600")
    assert "/invitation?link=" in made.text and (SAID in made.text) == (issuer == HERE)
    assert SAID not in root.get("/account").text
