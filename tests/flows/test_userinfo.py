"""The userinfo endpoint (OIDC Core 5.3, RFC 6750; numbers are those of the OP checklist, section I)."""

from __future__ import annotations

import pytest
import requests

from tests.flows import records
from tests.flows.application import Application
from tests.flows.visitors import visitor


def ask(app: Application, method: str = "GET", header: str | None = None, **options) -> requests.Response:
    headers = options.pop("headers", {}) | ({"Authorization": header} if header is not None else {})
    return requests.request(method, f"{app.server.issuer}/userinfo", headers=headers, timeout=10, **options)


@pytest.fixture(scope="module")
def tokens(app, server):
    return app.tokens(visitor(server), scope="openid profile email groups roles")


def test_94_95_the_token_may_come_in_three_ways(app, tokens):
    token = tokens["access_token"]
    answers = [
        ask(app, header=f"Bearer {token}"), ask(app, "POST", header=f"bearer {token}"),
        ask(app, "POST", data={"access_token": token}),
    ]  # fmt: skip
    for answer in answers:
        assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/json"
        assert answer.headers["Cache-Control"] == "no-store"
    assert len({answer.content for answer in answers}) == 1


def test_96_the_subject_is_the_one_of_the_id_token(app, tokens):
    assert app.userinfo(tokens["access_token"]).json()["sub"] == app.claims(tokens["id_token"])["sub"]


@pytest.mark.parametrize("scope, names", [
    ("openid", {"sub"}), ("openid email", {"sub", "email", "email_verified"}), ("openid groups", {"sub", "groups"}),
    ("openid profile", {"sub", "name", "preferred_username", "updated_at"}), ("openid roles", {"sub", "roles"}),
])  # fmt: skip
def test_97_each_scope_brings_its_claims_and_nothing_else(app, person, scope, names):
    tokens = app.tokens(person, scope=scope)
    assert app.userinfo(tokens["access_token"]).json().keys() == names
    in_token = app.claims(tokens["id_token"]).keys() - {"iss", "aud", "iat", "exp", "auth_time", "acr", "amr", "nonce",
                                                        "at_hash", "sid"}  # fmt: skip
    assert in_token == names


def test_91_a_client_can_ask_for_id_tokens_without_claims_about_the_person(server, person):
    own = Application(server, "--skip-consent", "--no-id-token-claims")
    tokens = own.tokens(person)
    assert "email" not in own.claims(tokens["id_token"])
    assert own.userinfo(tokens["access_token"]).json()["email"] == "alice@example.org"


def test_98_every_value_has_its_type_and_nothing_is_empty(app, tokens):
    claims = app.userinfo(tokens["access_token"]).json()
    assert claims["email_verified"] is True and type(claims["updated_at"]) is int
    assert claims["groups"] == claims["roles"] == ["family", "media"]
    assert all(value not in (None, "") for value in claims.values())


@pytest.mark.parametrize("token", ["x", "at_" + "A" * 43, "ac_x", "A" * 600, "A" * 20_000, "at_x y"])
def test_99_an_unknown_token_gets_401_and_the_error_in_the_header(app, token):
    answer = ask(app, header=f"Bearer {token}")
    assert answer.status_code == 401 and answer.json()["error"] in ("invalid_token", "invalid_request")
    assert answer.headers["WWW-Authenticate"].startswith('Bearer error="invalid_')


def test_99_a_token_that_is_too_old_is_worth_nothing(app, server, person):
    token = app.tokens(person)["access_token"]
    assert app.userinfo(token).status_code == 200
    records.change(server, "UPDATE access_tokens SET expires_at = expires_at - 3600")
    answer = app.userinfo(token)
    assert answer.status_code == 401 and 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_who_sends_no_token_is_told_only_how(app):  # RFC 6750 3.1
    for options in ({}, {"params": {"access_token": "x"}}, {"method": "POST", "data": {"x": "y"}}):
        answer = ask(app, options.pop("method", "GET"), **options)
        assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("header", "status", "challenge"),
    [("Basic eDp5", 401, "Bearer"), ("", 401, "Bearer"), ("x", 401, "Bearer"), ("Token x", 401, "Bearer"),
     ("Bearer", 400, 'Bearer error="invalid_request"'), ("Bearer ", 400, 'Bearer error="invalid_request"'),
     ("Bearer \xe4", 401, 'Bearer error="invalid_token"')],
)  # fmt: skip
def test_another_kind_of_header_is_no_token(app, header, status, challenge):  # RFC 6750 3.1
    answer = ask(app, header=header)
    assert (answer.status_code, answer.headers["WWW-Authenticate"].split(",")[0]) == (status, challenge)


def test_a_session_cookie_opens_nothing_here(app, person):
    app.code(person)
    assert person.browser.get(f"{app.server.issuer}/userinfo").status_code == 401


def test_groups_and_names_are_those_of_now(app, server, new_user):
    user = new_user("--group", "media")
    token = app.tokens(visitor(server), user["username"])["access_token"]
    server.idp("group", "revoke", "media", user["username"])
    server.idp("user", "set", user["username"], "--display-name", "New Name")
    claims = app.userinfo(token).json()
    assert claims["groups"] == [] and claims["name"] == "New Name"


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_100_userinfo_can_be_signed(server, person, algorithm):
    own = Application(server, "--skip-consent", "--userinfo-alg", algorithm)
    tokens = own.tokens(person)
    for accept in ("application/json", "application/jwt", "*/*"):
        answer = requests.get(
            f"{server.issuer}/userinfo", timeout=10,
            headers={"Authorization": f"Bearer {tokens['access_token']}", "Accept": accept},
        )  # fmt: skip
        assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/jwt"
        claims = own.claims(answer.text)
        assert claims["iss"] == server.issuer and claims["aud"] == own.id
        assert claims["sub"] == own.claims(tokens["id_token"])["sub"] and claims["email"] == "alice@example.org"
        assert not claims.keys() & {"nonce", "exp"}
    refused = own.userinfo("at_unknown")
    assert refused.status_code == 401 and refused.json()["error"] == "invalid_token"
    assert own.ask(person, prompt="none", id_token_hint=answer.text)["error"] == "invalid_request", "it is no hint"
