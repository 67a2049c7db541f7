"""Services that get tokens for themselves (RFC 6749 4.4), and access tokens that are JWTs (RFC 9068)."""

from __future__ import annotations

import secrets

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.flows.application import Application, error_of
from tests.flows.visitors import visitor
from tests.server import CommandError


class Service(Application):
    """An application that signs nobody in."""

    def __init__(self, server, *options):
        self.server = server
        self.metadata = server.idp_json(
            "client", "add", f"Service {secrets.token_hex(4)}", "--grant-type", "client_credentials", *options
        )
        self.id, self.secret = self.metadata["client_id"], self.metadata["client_secret"]

    def ask_for_itself(self, **fields):
        return self.post("/token", grant_type="client_credentials", **fields)


@pytest.fixture(scope="module")
def service(server):
    return Service(server, "--scope", "media.read", "--scope", "media.write")


def read(server, token):
    """Header and claims of a JWT, verified with the published keys."""
    keys = KeySet.import_key_set(requests.get(f"{server.issuer}/jwks", timeout=10).json())
    found = jwt.decode(token, keys, algorithms=["RS256"])
    return found.header, found.claims


def test_a_service_gets_a_token_for_itself(service):
    answer = service.ask_for_itself()
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert answer.json().keys() == {"access_token", "token_type", "expires_in", "scope"}
    told = service.post("/introspect", token=answer.json()["access_token"]).json()
    assert told["active"] and told["sub"] == told["client_id"] == service.id and "username" not in told
    assert service.userinfo(answer.json()["access_token"]).status_code == 401


def test_84_scopes_it_may_not_have_are_refused(service):
    assert service.ask_for_itself(scope="media.read").json()["scope"] == "media.read"
    for scope in ("openid", "media.read profile", "other"):
        answer = service.ask_for_itself(scope=scope)
        assert answer.status_code == 400 and error_of(answer) == "invalid_scope"


def test_84_only_who_has_the_grant_type_may(service, app, public_app):
    for application in (app, public_app):
        answer = application.post("/token", grant_type="client_credentials")
        assert answer.status_code == 400 and error_of(answer) == "unauthorized_client"
    for grant_type in ("authorization_code", "refresh_token"):
        answer = service.post("/token", grant_type=grant_type, code="x", refresh_token="x")
        assert answer.status_code == 400 and error_of(answer) == "unauthorized_client"


def test_a_service_signs_nobody_in(server, service, person):
    answer = person.get(
        f"/authorize?client_id={service.id}&response_type=code&scope=openid&redirect_uri=https://x.example"
    )
    assert answer.status == 400 and person.left_to is None


def test_an_application_can_be_both_and_nobody_is_asked_for_its_own_scopes(server, person):
    both = Application(
        server, "--skip-consent", "--grant-type", "authorization_code", "--grant-type", "client_credentials",
        "--scope", "openid", "--scope", "media.read",
    )  # fmt: skip
    tokens = both.tokens(person, scope="openid media.read offline_access")
    assert tokens["scope"] == "openid" and "refresh_token" not in tokens
    assert both.post("/token", grant_type="client_credentials").json()["scope"] == "media.read"


def test_an_address_for_answers_without_the_grant_type_is_no_way_in(server, person):
    later = Application(server, "--skip-consent")
    server.idp("client", "set", later.id, "--grant-type", "client_credentials")
    assert later.ask(person)["error"] == "unauthorized_client"


def test_a_service_needs_a_secret(server):
    with pytest.raises(CommandError, match="secret"):
        server.idp("client", "add", "No secret", "--grant-type", "client_credentials", "--auth-method", "none")


def test_a_service_has_no_sheet_to_fill_in(server, service):
    with pytest.raises(CommandError, match="signs nobody in"):
        server.idp("client", "sheet", service.id)


def test_a_switched_off_service_has_no_token_any_more(server):
    own, gate = Service(server), Service(server, "--introspect-all")
    token = own.ask_for_itself().json()["access_token"]
    assert gate.post("/introspect", token=token).json()["active"]
    server.idp("client", "set", own.id, "--disable")
    assert gate.post("/introspect", token=token).json() == {"active": False}
    assert error_of(own.ask_for_itself()) == "invalid_client"


def test_an_access_token_can_be_a_jwt_for_those_who_read_it_by_themselves(server, person):
    own = Application(server, "--skip-consent", "--access-token-format", "jwt")
    tokens = own.tokens(person, scope="openid groups offline_access")
    header, claims = read(server, tokens["access_token"])
    id_token = own.claims(tokens["id_token"])
    assert header["typ"] == "at+jwt"
    assert claims["iss"] == server.issuer and claims["aud"] == claims["client_id"] == own.id
    assert claims["scope"] == "openid groups offline_access" and claims["groups"] == ["family", "media"]
    for name in ("sub", "auth_time", "acr", "amr"):
        assert claims[name] == id_token[name]
    assert own.userinfo(tokens["access_token"]).json()["sub"] == claims["sub"]
    _, renewed = read(server, own.refresh(tokens["refresh_token"]).json()["access_token"])
    assert renewed["jti"] != claims["jti"] and renewed["sub"] == claims["sub"]


def test_a_jwt_is_still_worth_nothing_here_once_it_is_revoked(server):
    own, person = Application(server, "--skip-consent", "--access-token-format", "jwt"), visitor(server)
    revoked, left = own.tokens(person)["access_token"], own.tokens(person)["access_token"]
    assert own.post("/introspect", token=left).json()["active"]
    own.post("/revoke", token=revoked)
    person.get("/logout")
    person.submit(decision="logout")
    for token in (revoked, left, left[:-4] + "AAAA"):
        assert own.userinfo(token).status_code == 401
        assert own.post("/introspect", token=token).json() == {"active": False}


def test_47_an_access_token_is_no_hint_to_who_somebody_is(server, person):
    own = Application(server, "--skip-consent", "--access-token-format", "jwt")
    tokens = own.tokens(person)
    assert own.ask(person, prompt="none", id_token_hint=tokens["id_token"])["code"]
    assert own.ask(person, prompt="none", id_token_hint=tokens["access_token"])["error"] == "invalid_request"


def test_a_lost_answer_with_a_jwt_is_the_same_when_asked_for_again(server, person):
    own = Application(server, "--skip-consent", "--access-token-format", "jwt", "--id-token-alg", "ES256")
    token = own.tokens(person, scope="openid groups offline_access")["refresh_token"]
    first, again = own.refresh(token).json(), own.refresh(token).json()
    assert (first["access_token"], first["refresh_token"]) == (again["access_token"], again["refresh_token"])
