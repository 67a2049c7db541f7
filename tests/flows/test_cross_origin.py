"""Which pages' scripts may read what (Fetch Standard 3.2): discovery and keys all, tokens those of the application."""

from __future__ import annotations

import secrets

import pytest
import requests

from tests.flows.application import Application
from tests.flows.visitors import visitor

OPEN = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/jwks"]
SHARED = ["/token", "/userinfo", "/revoke", "/par"]
ALLOW = "Access-Control-Allow-Origin"


@pytest.fixture(scope="module")
def spa(server):
    """A public application that runs wholly in a browser."""
    origin = f"https://spa-{secrets.token_hex(4)}.example:8443"
    app = Application(server, "--skip-consent", "--auth-method", "none", redirect_uri=f"{origin}/callback")
    app.origin = origin
    return app


@pytest.fixture(scope="module")
def other_spa(server):
    origin = f"https://other-{secrets.token_hex(4)}.example"
    app = Application(server, "--skip-consent", "--auth-method", "none", redirect_uri=f"{origin}:443/callback")
    app.origin = origin
    return app


def ask(server, method, path, origin, **options):
    headers = {"Origin": origin, **options.pop("headers", {})}
    return requests.request(method, server.issuer + path, headers=headers, timeout=10, **options)


@pytest.mark.parametrize("path", OPEN)
def test_every_page_may_read_what_is_public(server, path):
    answer = ask(server, "GET", path, "https://anywhere.example")
    assert answer.headers[ALLOW] == "*" and answer.json()
    before = ask(server, "OPTIONS", path, "https://anywhere.example", headers={"Access-Control-Request-Method": "GET"})
    assert before.status_code == 200 and before.headers[ALLOW] == "*"
    assert "GET" in before.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("path", SHARED)
def test_a_browser_that_asks_first_is_told_that_the_application_may(server, spa, path):
    answer = ask(server, "OPTIONS", path, spa.origin)
    assert answer.status_code == 200 and answer.headers[ALLOW] == spa.origin and answer.headers["Vary"] == "Origin"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("path", SHARED)
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://app.example.evil.example", "x", "https://%",
                                    "https://a_b", "https://[::1]", "https://" + "a" * 300, "https://app.example/",
                                    "http://app.example", "https://app.example:444", "HTTPS://APP.EXAMPLE"])  # fmt: skip
def test_other_pages_read_nothing(server, app, path, origin):
    for method in ("OPTIONS", "POST"):
        answer = ask(server, method, path, origin, data={"x": "y"})
        assert not {name for name in answer.headers if name.startswith("Access-Control-")}


def test_a_page_signs_somebody_in_and_reads_all_it_may(server, spa):
    code = spa.code(visitor(server), scope="openid offline_access")
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": spa.redirect_uri,
            "code_verifier": spa.verifier, "client_id": spa.id}  # fmt: skip
    tokens = ask(server, "POST", "/token", spa.origin, data=form)
    assert tokens.headers[ALLOW] == spa.origin and tokens.headers["Vary"] == "Origin"
    bearer = {"Authorization": f"Bearer {tokens.json()['access_token']}"}
    for method in ("GET", "POST"):
        claims = ask(server, method, "/userinfo", spa.origin, headers=bearer)
        assert claims.headers[ALLOW] == spa.origin and claims.json()["sub"]
    form = {"grant_type": "refresh_token", "refresh_token": tokens.json()["refresh_token"], "client_id": spa.id}
    assert ask(server, "POST", "/token", spa.origin, data=form).headers[ALLOW] == spa.origin
    form = {"token": tokens.json()["access_token"], "client_id": spa.id}
    assert ask(server, "POST", "/revoke", spa.origin, data=form).headers[ALLOW] == spa.origin
    gone = ask(server, "GET", "/userinfo", spa.origin, headers=bearer)
    assert gone.status_code == 401 and gone.headers[ALLOW] == spa.origin, "a page has to learn that it is over"
    assert "WWW-Authenticate" in gone.headers["Access-Control-Expose-Headers"]


def test_a_page_reads_errors_too(server, spa):
    refused = ask(server, "POST", "/token", spa.origin, data={"grant_type": "x", "client_id": spa.id})
    assert refused.status_code == 400 and refused.headers[ALLOW] == spa.origin


def test_a_page_does_not_read_what_another_application_is_told(server, spa, other_spa):
    token = spa.tokens(visitor(server))["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    answer = ask(server, "GET", "/userinfo", other_spa.origin, headers=bearer)
    assert answer.status_code == 200 and ALLOW not in answer.headers and answer.headers["Vary"] == "Origin"
    refused = ask(server, "POST", "/token", other_spa.origin, data={"grant_type": "x", "client_id": spa.id})
    assert ALLOW not in refused.headers


def test_the_port_that_everybody_means_is_not_written(server, other_spa):
    assert ask(server, "OPTIONS", "/token", other_spa.origin).headers[ALLOW] == other_spa.origin


def test_who_asks_without_an_origin_is_answered_as_ever(app, person):
    answer = app.userinfo(app.tokens(person)["access_token"])
    assert not {name for name in answer.headers if name.startswith("Access-Control-") or name == "Vary"}


def test_a_disabled_application_has_no_page(server):
    origin = f"https://gone-{secrets.token_hex(4)}.example"
    gone = Application(server, "--auth-method", "none", redirect_uri=f"{origin}/cb")
    assert ALLOW in ask(server, "OPTIONS", "/token", origin).headers
    server.idp("client", "set", gone.id, "--disable")
    assert ALLOW not in ask(server, "OPTIONS", "/token", origin).headers


@pytest.mark.parametrize("path", ["/authorize", "/introspect", "/logout", "/account", "/health"])
def test_nothing_else_is_for_the_scripts_of_other_pages(server, spa, path):  # OAuth 2.1: never /authorize
    for method in ("OPTIONS", "GET", "POST"):
        answer = ask(server, method, path, spa.origin, allow_redirects=False)
        assert not {name for name in answer.headers if name.startswith("Access-Control-")}
