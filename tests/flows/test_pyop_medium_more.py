"""pyop's defects M18 to M33: claims, tokens, keys, subjects, lifetimes."""

from __future__ import annotations

import base64
import json
import secrets
import time

import pytest
import requests

from idp.app import create_app
from idp.config import Config
from idp.oidc.provider import Provider
from idp.storage import database
from tests import given
from tests.flows.application import CALLBACK, PASSWORD, Application, error_of, parameters_of
from tests.flows.visitors import visitor
from tests.web.conftest import token_of

PROTOCOL = {
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nonce",
    "at_hash",
    "auth_time",
    "acr",
    "amr",
    "sid",
    "azp",
    "jti",
    "nbf",
}


def asking_for(sub: object) -> str:
    return json.dumps({"id_token": {"sub": sub}})


def test_m18_the_claims_parameter_may_name_the_person(app, person, bob):  # OIDC Core 5.5.1
    sub = app.claims(app.tokens(person)["id_token"])["sub"]
    assert app.ask(person, prompt="none", claims=asking_for({"value": sub}))["code"]
    assert app.ask(person, prompt="none", claims=asking_for({"value": bob["sub"]}))["error"] == "login_required"
    for meaningless in (None, sub, {"value": None}, {"value": 5}, {"essential": True}, []):
        assert app.ask(person, prompt="none", claims=asking_for(meaningless))["code"]


def test_m19_nothing_about_a_person_displaces_a_claim_of_the_protocol(app, server, new_user):
    user = new_user("--display-name", "iss aud sub")
    asked = {"id_token": {name: {"value": "x"} for name in PROTOCOL - {"sub", "acr"}}}
    claims = app.claims(app.tokens(visitor(server), user["username"], claims=json.dumps(asked))["id_token"])
    assert claims["sub"] == user["sub"] and claims["nonce"] == "a nonce" and claims["name"] == "iss aud sub"


@pytest.mark.parametrize("alg", ["none", "HS256", "RS512", "PS256", "ES384"])
def test_m20_only_algorithms_that_we_have_keys_for_can_be_chosen(server, alg):
    done = server.run("client", "add", f"Alg {alg}", "--redirect-uri", CALLBACK, "--id-token-alg", alg)
    assert done.returncode == 2


@pytest.mark.parametrize("alg", ["RS256", "ES256", "EdDSA"])
def test_m20_every_algorithm_signs_from_the_first_sign_in_on(server, alg):
    """OP-CHECKLIST item 86."""
    chosen = Application(server, "--skip-consent", "--id-token-alg", alg)
    tokens = chosen.tokens(visitor(server))
    header = json.loads(base64.urlsafe_b64decode(tokens["id_token"].split(".")[0] + "=="))
    assert header["alg"] == alg and header["kid"]
    assert chosen.claims(tokens["id_token"])["email"] == "alice@example.org"


def test_m21_a_rotation_keeps_the_old_key_published_and_old_hints_good(idp_server):
    server = idp_server()
    server.add_user("alice", PASSWORD)
    app, person = Application(server, "--skip-consent"), visitor(server)
    hint = app.tokens(person)["id_token"]
    before = {key["kid"] for key in requests.get(f"{server.issuer}/jwks", timeout=10).json()["keys"]}
    server.idp("key", "rotate")
    time.sleep(1.2)  # each process looks once a second
    after = {key["kid"] for key in requests.get(f"{server.issuer}/jwks", timeout=10).json()["keys"]}
    assert before < after
    assert app.ask(person, id_token_hint=hint, prompt="none")["code"]


def test_m22_m23_every_application_gets_the_same_random_subject(app, public_app, person, server):
    found = requests.get(f"{server.issuer}/.well-known/openid-configuration", timeout=10).json()
    assert found["subject_types_supported"] == ["public", "pairwise"]
    first = app.tokens(person)
    second = public_app.exchange(public_app.ask(person)["code"]).json()
    assert public_app.claims(second["id_token"])["sub"] == app.claims(first["id_token"])["sub"]
    assert app.userinfo(first["access_token"]).status_code == app.userinfo(second["access_token"]).status_code == 200


class _Rows:
    """How many rows the open database hands over, whoever asks."""

    def __init__(self) -> None:
        self.read = 0
        database.execute("SELECT 1").fetchall()  # so that there is a connection
        connection = database.db.obj.connection()
        connection.row_factory = self._of_sqlite if database.is_sqlite() else self._of_postgresql

    def _of_sqlite(self, _cursor, row):
        self.read += 1
        return row

    def _of_postgresql(self, cursor):
        from psycopg.rows import tuple_row

        make = tuple_row(cursor)

        def count(values):
            self.read += 1
            return make(values)

        return count


def test_m24_no_request_reads_all_users_or_clients(storage, _unit_database, keys_folder, tmp_path):
    issuer = "http://localhost:8000"
    values = {"issuer": issuer, "database_url": _unit_database, "keys_dir": keys_folder, "data_dir": tmp_path}
    browser = create_app(Config(**values)).test_client()
    alice = given.user("alice")
    given.client("own", skip_consent=True)
    rows = _Rows()

    def rows_of_each_request() -> list[int]:
        """A wrong password; then, signed in already, a code, its tokens and who that is."""
        counted = []

        def ask(how, path, **sent):
            before = rows.read
            answer = how(path, base_url=issuer, **sent)
            counted.append(rows.read - before)
            return answer

        request = {"client_id": "own", "redirect_uri": given.REDIRECT_URI, "response_type": "code", "scope": "openid profile",
                   "code_challenge": given.CHALLENGE, "code_challenge_method": "S256"}  # fmt: skip
        browser.delete_cookie("foyer")
        page = ask(browser.get, "/authorize", query_string=request).location.removeprefix(issuer)
        token = token_of(ask(browser.get, page).text)
        wrong = {"csrf_token": token, "username": "alice", "password": secrets.token_hex()}
        assert ask(browser.post, page, data=wrong).status_code < 500
        browser.set_cookie("foyer", given.session(alice)[1], domain="localhost")
        code = parameters_of(ask(browser.get, "/authorize", query_string=request).location)["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": given.REDIRECT_URI,
                "code_verifier": given.VERIFIER, "client_id": "own", "client_secret": given.SECRET}  # fmt: skip
        bearer = {"Authorization": f"Bearer {ask(browser.post, '/token', data=form).json['access_token']}"}
        assert ask(browser.get, "/userinfo", headers=bearer).json["sub"] == alice.sub
        return counted

    rows_of_each_request()  # what is remembered from now on
    alone = rows_of_each_request()
    for number in range(60):
        given.user(f"person{number}")
        given.client(f"client{number}")
    assert rows_of_each_request() == alone and all(alone)
    database.close()


def test_m25_nobody_registers_a_client_without_an_administrators_token(server):
    for path, status in (("/register", 401), ("/registration", 404), ("/connect/register", 404)):
        answer = requests.post(server.issuer + path, json={"redirect_uris": ["javascript:alert(1)"]}, timeout=10)
        assert answer.status_code == status, path


@pytest.mark.parametrize("end", ["disable", "delete"])
def test_m26_tokens_and_codes_of_somebody_who_is_gone_are_worth_nothing(app, server, new_user, end):
    user, person = new_user(), visitor(server)
    token = app.tokens(person, user["username"])["access_token"]
    code = app.ask(person)["code"]
    server.idp("user", end, user["username"], *(["--yes"] if end == "delete" else []))
    assert app.userinfo(token).status_code == 401
    assert error_of(app.exchange(code)) == "invalid_grant"
    assert app.ask(person, prompt="none")["error"] == "login_required"


def test_m26_tokens_and_codes_of_a_client_that_is_switched_off_or_gone_are_worth_nothing(server, person):
    gone = Application(server, "--skip-consent")
    token, code = gone.tokens(person)["access_token"], gone.code(person)
    server.idp("client", "set", gone.id, "--disable")
    assert gone.userinfo(token).status_code == 401
    assert gone.exchange(code).status_code == 401
    assert person.get(gone.url()).status == 400
    server.idp("client", "set", gone.id, "--enable")
    assert gone.userinfo(token).status_code == 200
    server.idp("client", "delete", gone.id, "--yes")
    assert gone.userinfo(token).status_code == 401
    assert gone.exchange(code).status_code == 401


def test_m27_codes_live_a_minute_tokens_an_hour_to_the_second_and_then_go(storage, clock):
    from idp.oidc.authorization_response import CODE_LIFETIME
    from idp.oidc.tokens import ACCESS_TOKEN_LIFETIME
    from idp.storage import access_tokens, grants, purge
    from idp.storage.models import AccessToken, Client, Grant, User

    user = User.create(sub="s", username="ada", created_at=clock.now, updated_at=clock.now)
    client = Client.create(client_id="c", name="C", secret_digest="d", redirect_uris=[], scopes=[], created_at=clock.now,
                           updated_at=clock.now)  # fmt: skip
    assert (CODE_LIFETIME, ACCESS_TOKEN_LIFETIME) == (60, 3_600)
    ends = clock.now + CODE_LIFETIME
    new = grants.NewGrant(user, client, "sid", [], [], [], clock.now, "aal1", [], "a", clock.now, ends + 3_600,
                          "code", ends, None, "x", None)  # fmt: skip
    grants.add(new)
    grant = Grant.get().id
    access_tokens.add("token", grant, ends)
    assert not grants.use_code(grant, ends) and access_tokens.find_alive_of_person("token", ends) is None
    assert access_tokens.find_alive_of_person("token", ends - 1) is not None and grants.use_code(grant, ends - 1)
    purge.purge(ends + 3_600)
    assert not any(table.select().exists() for table in (AccessToken, Grant))


def test_m28_nothing_unknown_in_a_request_is_kept(server, app, person):
    """OP-CHECKLIST item 36."""
    marker = "MARKER" * 50
    person.get(app.url(evil=marker, foo=marker, display=marker, code=marker))
    person.submit(username="alice", password=PASSWORD)
    answer = app.answer(person.left_to)
    assert app.exchange(answer["code"], evil=marker).status_code == 200
    assert marker not in json.dumps(answer) and marker not in server.idp("audit", "--json")


def test_m29_claims_have_the_types_of_the_standard(app, server, new_user):  # OIDC Core 5.1
    user = new_user()
    tokens = app.tokens(visitor(server), user["username"], scope="openid profile email groups roles")
    for claims in (app.claims(tokens["id_token"]), app.userinfo(tokens["access_token"]).json()):
        assert claims["email_verified"] is True
        assert type(claims["updated_at"]) is int
        assert claims["groups"] == claims["roles"] == []
        assert None not in claims.values() and "" not in claims.values()
        assert claims.keys().isdisjoint({"given_name", "picture", "zoneinfo"})


def test_m30_an_http_issuer_on_this_machine_works(server):
    assert server.issuer.startswith("http://localhost:")
    assert Provider(server.issuer, {}).issuer == server.issuer


def test_m31_codes_are_handles_of_rows_and_carry_nothing(app, person):
    code = app.code(person)
    assert b"alice" not in base64.urlsafe_b64decode(code.removeprefix("ac_") + "=")
    assert app.exchange(code).status_code == 200
    assert error_of(app.exchange(code)) == "invalid_grant"


def test_m32_nobodys_claims_bleed_into_the_next_token(app, server, bob):
    for name, groups in (("alice", ["family", "media"]), (bob["username"], []), ("alice", ["family", "media"])):
        claims = app.claims(app.tokens(visitor(server), name)["id_token"])
        assert claims["groups"] == groups and claims["preferred_username"] == name
    plain = app.claims(app.tokens(visitor(server), scope="openid", nonce=None)["id_token"])
    assert plain.keys() == PROTOCOL - {"nonce", "azp", "jti", "nbf"}


def test_m33_answers_name_the_issuer_and_addresses_have_no_loose_ends(app, person):  # RFC 9207 2
    for changes in ({}, {"response_type": "token"}, {"prompt": "none"}):
        left_to = person.sign_in(app.url(**changes), "alice", PASSWORD)
        assert app.answer(left_to)["iss"] == app.server.issuer
        assert not left_to.endswith(("?", "&", "#"))
