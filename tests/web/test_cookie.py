"""The only cookie."""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import SimpleCookie

import pytest
from flask import Flask

from idp.config import Config
from idp.directory import setup
from idp.web.cookie import cookie_name, handle_in


@pytest.mark.parametrize(
    ("issuer", "name"), [("https://id.example.org", "__Host-foyer"), ("http://localhost:8000", "foyer")]
)
def test_the_name_binds_it_to_the_host_where_there_is_https(issuer: str, name: str) -> None:
    assert cookie_name(Config(issuer=issuer)) == name


@pytest.mark.parametrize("issuer", ["https://id.example.org", "http://localhost:8000"])
def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_hosts(make_app: Callable[..., Flask], issuer: str) -> None:
    app = make_app(issuer=issuer)
    answer = app.test_client(use_cookies=False).get(f"/setup?link={setup.new_link()}", base_url=issuer)
    (header,) = answer.headers.getlist("Set-Cookie")
    (morsel,) = SimpleCookie(header).values()
    assert morsel["httponly"]
    assert bool(morsel["secure"]) is issuer.startswith("https")
    assert (morsel["samesite"], morsel["path"], morsel["domain"]) == ("Lax", "/", "")
    assert (morsel["max-age"], morsel["expires"]) == ("", ""), "the browser forgets it when it is closed"
    assert morsel.value.startswith("se_")


@pytest.mark.parametrize(("header", "handle"), [
    ("", None), ("foyer=se_1", "se_1"), ("a=b; foyer=se_1; c=d", "se_1"), ("foyer2=se_1", None), ("xfoyer=se_1", None), ("foyer", None),
])  # fmt: skip
def test_the_value_of_the_cookie_is_found_among_others(header: str, handle: str | None) -> None:
    assert handle_in(header, "foyer") == handle


@pytest.mark.parametrize("path", ["/jwks", "/health", "/logout", "/nothing", "/userinfo", "/authorize?client_id=x"])
def test_who_only_looks_gets_none(make_app: Callable[..., Flask], path: str) -> None:
    answer = make_app().test_client(use_cookies=False).get(path, base_url="http://localhost:8000")
    assert "Set-Cookie" not in answer.headers
