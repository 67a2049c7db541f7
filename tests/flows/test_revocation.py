"""Revocation (RFC 7009) and introspection (RFC 7662) at a running provider of several processes."""

from __future__ import annotations

import pytest
import requests

from tests.flows.application import Application, error_of
from tests.flows.visitors import visitor

OFFLINE = "openid profile offline_access"
BOTH = ["/revoke", "/introspect"]


@pytest.fixture(scope="module")
def many(idp_server):
    """A provider of four processes."""
    server = idp_server(IDP_WORKERS="4")
    server.add_user("alice", "correct horse battery staple")
    return server


def everywhere(app, token):
    """What userinfo says to a token, asked often enough that every process has answered."""
    return {app.userinfo(token).status_code for _ in range(30)}


def test_a_revoked_token_is_dead_in_every_process_at_once(many):
    app = Application(many, "--skip-consent")
    tokens = app.tokens(visitor(many), scope=OFFLINE)
    assert everywhere(app, tokens["access_token"]) == {200}
    answer = app.post("/revoke", token=tokens["access_token"])
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert everywhere(app, tokens["access_token"]) == {401}
    second = app.refresh(tokens["refresh_token"]).json()
    assert app.post("/revoke", token=second["refresh_token"], token_type_hint="refresh_token").status_code == 200
    assert everywhere(app, second["access_token"]) == {401}
    for old in (tokens["refresh_token"], second["refresh_token"]):
        assert error_of(app.refresh(old)) == "invalid_grant"


def test_99_userinfo_names_the_error_of_a_revoked_token(app, person):
    token = app.tokens(person)["access_token"]
    app.post("/revoke", token=token)
    answer = app.userinfo(token)
    assert answer.status_code == 401 and 'Bearer error="invalid_token"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("token", ["at_unknown", "rt_unknown", "nonsense", "a.b.c", "ä" * 1_000])
def test_an_unknown_token_is_as_good_as_revoked(app, token):
    assert app.post("/revoke", token=token).status_code == 200


def test_a_public_client_revokes_its_own_tokens(public_app, person):
    tokens = public_app.tokens(person, scope=OFFLINE)
    assert public_app.post("/revoke", token=tokens["refresh_token"]).status_code == 200
    assert public_app.userinfo(tokens["access_token"]).status_code == 401


def test_the_tokens_of_another_client_stay(app, other_app, public_app, person):
    tokens = app.tokens(person, scope=OFFLINE)
    for thief in (other_app, public_app):
        for name in ("access_token", "refresh_token"):
            answer = thief.post("/revoke", token=tokens[name])
            assert answer.status_code == 400 and error_of(answer) == "invalid_grant"
    assert app.userinfo(tokens["access_token"]).status_code == 200
    assert app.refresh(tokens["refresh_token"]).status_code == 200


def test_an_id_token_can_not_be_revoked(app, person):  # RFC 7009 2.2.1
    answer = app.post("/revoke", token=app.tokens(person)["id_token"])
    assert answer.status_code == 400 and error_of(answer) == "unsupported_token_type"


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize(("fields", "status", "error"), [
    ({"token": None}, 400, "invalid_request"), ({"token": ""}, 400, "invalid_request"),
    ({"token": "\x00"}, 400, "invalid_request"), ({"client_secret": "wrong"}, 401, "invalid_client"),
    ({"client_id": "cl_nobody"}, 401, "invalid_client"), ({"client_id": None, "client_secret": None}, 401, "invalid_client"),
], ids=str)  # fmt: skip
def test_what_is_wrong_with_a_request_has_its_own_error(app, path, fields, status, error):
    answer = app.post(path, **{"token": "at_x", **fields})
    assert answer.status_code == status and error_of(answer) == error
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", BOTH)
def test_who_tries_basic_wrongly_is_asked_for_it(app, path):
    wrong = requests.post(f"{app.server.issuer}{path}", data={"token": "x"}, auth=(app.id, "wrong"), timeout=10)
    assert wrong.status_code == 401 and wrong.headers["WWW-Authenticate"].startswith("Basic ")
    right = requests.post(f"{app.server.issuer}{path}", data={"token": "x"}, auth=(app.id, app.secret), timeout=10)
    assert right.status_code == 200


@pytest.mark.parametrize("path", BOTH)
def test_only_posted_forms_are_read(app, path):
    url = f"{app.server.issuer}{path}"
    for method in ("GET", "PUT", "DELETE"):
        answer = requests.request(method, url, params={"token": "x"}, timeout=10)
        assert answer.status_code == 405 and "POST" in answer.headers["Allow"]
    form = {"client_id": app.id, "client_secret": app.secret, "token": "x"}
    assert error_of(requests.post(url, json=form, timeout=10)) == "invalid_request"
    assert error_of(requests.post(url, params=form, timeout=10)) == "invalid_request"
    repeated = requests.post(url, data=[*form.items(), ("token", "y")], timeout=10)
    assert error_of(repeated) == "invalid_request"


def test_a_token_is_told_to_its_own_application(app, person):
    tokens = app.tokens(person, scope=OFFLINE)
    claims = app.claims(tokens["id_token"])
    told = app.post("/introspect", token=tokens["access_token"]).json()
    assert told["active"] is True and told["username"] == "alice" and told["scope"] == OFFLINE
    assert (told["iss"], told["sub"], told["client_id"]) == (app.server.issuer, claims["sub"], app.id)
    assert (told["auth_time"], told["acr"], told["amr"]) == (claims["auth_time"], claims["acr"], claims["amr"])
    assert app.post("/introspect", token=tokens["refresh_token"]).json()["active"] is True


def test_an_inactive_token_is_told_with_nothing_else(app, other_app, person):
    tokens = app.tokens(person)
    assert other_app.post("/introspect", token=tokens["access_token"]).json() == {"active": False}
    app.post("/revoke", token=tokens["access_token"])
    for token in (tokens["access_token"], tokens["id_token"], "at_x", "rt_x", "x"):
        assert app.post("/introspect", token=token).json() == {"active": False}


def test_a_resource_may_be_allowed_to_ask_about_all_tokens(server, app, person):
    gate = Application(server, "--introspect-all")
    token = app.tokens(person)["access_token"]
    assert gate.post("/introspect", token=token).json()["client_id"] == app.id
    server.idp("client", "set", gate.id, "--introspect-own")
    assert gate.post("/introspect", token=token).json() == {"active": False}


def test_a_client_without_a_secret_may_not_ask(public_app, person):
    answer = public_app.post("/introspect", token=public_app.tokens(person)["access_token"])
    assert answer.status_code == 401 and error_of(answer) == "invalid_client"


def test_signing_out_is_told_at_once(app, server):
    person = visitor(server)
    token = app.tokens(person)["access_token"]
    assert app.post("/introspect", token=token).json()["active"]
    person.get("/logout")
    person.submit(decision="logout")
    assert app.post("/introspect", token=token).json() == {"active": False}
