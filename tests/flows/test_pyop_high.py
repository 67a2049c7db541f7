"""pyop's defects of high severity, H1 to H11, can't be reached through the running provider."""

from __future__ import annotations

import json
import random
import re
import sqlite3
import string

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from idp.oidc import jwt
from tests.flows import records
from tests.flows.application import CALLBACK, Application, challenge_of, error_of
from tests.flows.test_pyop_critical import b64
from tests.flows.visitors import visitor


@pytest.fixture(scope="module")
def strict_app(server) -> Application:
    """A confidential application that has to use PKCE."""
    return Application(server, "--skip-consent", "--pkce", "require")


def test_h1_a_verifier_without_a_challenge_is_refused(app, person):  # RFC 9700 4.8.2
    code = app.code(person, code_challenge=None, code_challenge_method=None)
    answer = app.exchange(code)
    assert answer.status_code == 400 and error_of(answer) == "invalid_grant"
    assert app.exchange(code, code_verifier=None).status_code == 200


@pytest.mark.parametrize("changes", [
    {"code_challenge": None, "code_challenge_method": None},
    {"code_challenge": None},
    {"code_challenge": ""},
    {"code_challenge_method": "plain"},
    {"code_challenge_method": None},
    {"code_challenge_method": "s256"},
    {"code_challenge": "a"},
    {"code_challenge": "a" * 44},
    {"code_challenge": "ä" * 43},
], ids=str)  # fmt: skip
def test_h1_pkce_can_not_be_left_out_or_weakened(strict_app, public_app, person, changes):
    """OP-CHECKLIST item 40."""
    for application in (strict_app, public_app):
        answer = application.ask(person, **changes)
        assert answer["error"] == "invalid_request" and "code" not in answer


@pytest.mark.parametrize("verifier", [None, "", "a", "x" * 42, "x" * 129, "x" * 60_000, "ä" * 43, "x" * 43, "a b" * 20])
def test_h1_a_wrong_verifier_is_an_invalid_grant_that_repeats_nothing(app, person, verifier):  # RFC 7636 4.6
    """OP-CHECKLIST item 40."""
    code = app.code(person)
    answer = app.exchange(code, code_verifier=verifier)
    assert answer.status_code == 400 and error_of(answer) == "invalid_grant"
    assert challenge_of(app.verifier) not in answer.text and app.verifier not in answer.text


@pytest.mark.parametrize("length", [43, 128])
def test_h1_verifiers_of_every_allowed_length_and_character_work(app, person, length):
    """OP-CHECKLIST item 40."""
    verifier = (string.ascii_letters + string.digits + "-._~" * 20)[-length:]
    code = app.code(person, code_challenge=challenge_of(verifier))
    assert app.exchange(code, code_verifier=verifier).status_code == 200


def test_h2_a_replay_that_is_right_in_every_way_ends_the_tokens_of_the_first_use(app, person):  # RFC 6749 4.1.2
    code = app.code(person)
    token = app.exchange(code).json()["access_token"]
    assert app.exchange(code).status_code == 400
    assert app.userinfo(token).status_code == 401


@pytest.mark.parametrize("wrong", [
    {"code_verifier": "x" * 43}, {"client_secret": "cs_wrong"}, {"redirect_uri": "https://evil.example"},
    {"code_verifier": None},
], ids=str)  # fmt: skip
def test_h2_a_replay_by_somebody_who_knows_only_the_code_ends_nothing(app, person, wrong):
    code = app.code(person)
    token = app.exchange(code).json()["access_token"]
    assert app.exchange(code, **wrong).status_code in (400, 401)
    assert app.userinfo(token).status_code == 200


def test_h3_nobody_gets_a_refresh_token_without_a_grant_for_it(app, server, person):
    assert "refresh_token" not in app.tokens(person), "it did not ask for one"
    without = Application(server, "--skip-consent", "--grant-type", "authorization_code")
    tokens = without.tokens(person, scope="openid offline_access", prompt="consent")
    assert tokens.keys() == {"access_token", "token_type", "expires_in", "scope", "id_token"}
    assert tokens["scope"] == "openid"
    refused = without.refresh(app.tokens(person, scope="openid offline_access")["refresh_token"])
    assert refused.status_code == 400 and error_of(refused) == "unauthorized_client"


def test_h3_a_refresh_token_works_once_and_its_reuse_ends_everything(app, server, person):
    first = app.tokens(person, scope="openid offline_access")
    second = app.refresh(first["refresh_token"]).json()
    third = app.refresh(second["refresh_token"]).json()
    assert error_of(app.refresh(first["refresh_token"])) == "invalid_grant"
    assert error_of(app.refresh(third["refresh_token"])) == "invalid_grant"
    assert {app.userinfo(each["access_token"]).status_code for each in (first, second, third)} == {401}


def test_h4_signing_out_ends_every_token_of_the_session(app, other_app, person):
    tokens = [application.tokens(person)["access_token"] for application in (app, other_app)]
    person.get("/logout")
    person.submit(decision="logout")
    assert [app.userinfo(token).status_code for token in tokens] == [401, 401]


def test_h4_refreshing_after_signing_out_or_after_tokens_have_expired_is_no_failure(app, server, person):
    always = Application(server, "--skip-consent", "--always-refresh")
    ended, offline = always.tokens(person), app.tokens(person, scope="openid offline_access")
    records.change(server, "DELETE FROM access_tokens")
    assert app.refresh(offline["refresh_token"]).status_code == 200
    person.get("/logout")
    person.submit(decision="logout")
    answer = always.refresh(ended["refresh_token"])
    assert answer.status_code == 400 and error_of(answer) == "invalid_grant"


def test_h5_what_is_changed_is_written_down(app, server, person):
    token = app.tokens(person)["access_token"]
    code = app.code(visitor(server))
    refreshed = app.refresh(app.tokens(person, scope="openid offline_access")["refresh_token"]).json()["refresh_token"]
    server.stop()
    server.start()
    assert app.refresh(refreshed).status_code == 200
    assert app.userinfo(token).status_code == 200
    assert app.exchange(code).status_code == 200


@pytest.mark.parametrize("alg", ["ES256", "EdDSA"])
def test_h6_signatures_do_not_hang_on_a_predictable_generator(alg):
    key = jwt.make_private_key(alg)
    random.seed(1)
    first, one = jwt.make_private_key(alg), jwt.sign(key, b"message")
    random.seed(1)
    second, other = jwt.make_private_key(alg), jwt.sign(key, b"message")
    der = (Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    assert first.private_bytes(*der) != second.private_bytes(*der), "no key hangs on the seed"
    assert (one == other) is (alg == "EdDSA"), "EdDSA is deterministic by design, ECDSA nonces must not be seeded"


def test_h7_the_signing_key_decrypts_nothing_whatever_it_is_sent(app, person):
    app.tokens(person)
    parts = [b64(b"x" * 256) for _ in range(4)]
    answers = set()
    for alg in ("RSA1_5", "RSA-OAEP", "RSA-OAEP-256", "dir"):
        for more in ({}, {"zip": "DEF"}, {"cty": "JWT"}):
            header = b64({"alg": alg, "enc": "A128CBC-HS256", **more})
            answer = app.ask(person, id_token_hint=".".join([header, *parts]))
            answers.add((answer["error"], answer["error_description"]))
    assert len(answers) == 1 and answers.pop()[0] == "invalid_request"


@pytest.mark.parametrize("secret", ["", "None", "null", "none"])
def test_h8_a_client_with_a_secret_can_not_do_without_it(app, person, secret):
    code = app.code(person)
    for form in ({"client_secret": secret}, {"client_secret": None}):
        answer = app.exchange(code, **form)
        assert answer.status_code == 401 and error_of(answer) == "invalid_client"
    basic = app.token(
        {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}, auth=(app.id, secret)
    )
    assert basic.status_code == 401 and "Basic" in basic.headers["WWW-Authenticate"]


def test_h8_no_secret_code_token_or_cookie_is_kept_as_it_is(idp_server):
    server = idp_server()
    server.add_user("alice", "correct horse battery staple")
    own, person = Application(server, "--skip-consent"), visitor(server)
    code = own.code(person)
    token = own.exchange(code).json()["access_token"]
    cookie = person.browser.cookies["foyer"]
    if server.environ["IDP_DATABASE_URL"].startswith("sqlite"):
        with sqlite3.connect(server.folder / "data" / "foyer.sqlite") as database:
            kept = "\n".join(database.iterdump())
        database.close()
    else:
        kept = _dump(server.environ["IDP_DATABASE_URL"])
    assert own.id in kept
    for secret in (own.secret, code, token, cookie, own.verifier):  # without the prefix that says its kind, too
        assert len(secret) > 40 and secret[3:] not in kept


def _dump(url: str) -> str:
    import psycopg

    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return "\n".join(str(connection.execute(f'SELECT * FROM "{name}"').fetchall()) for (name,) in tables)


def test_h9_codes_tokens_and_secrets_have_256_random_bits_and_say_what_they_are(app, person):
    """OP-CHECKLIST items 62 and 133."""
    code = app.code(person)
    token = app.exchange(code).json()["access_token"]
    for prefix, value in (("ac", code), ("at", token), ("cs", app.secret), ("cl", app.id)):
        assert re.fullmatch(prefix + r"_[A-Za-z0-9_-]{43}", value)
    assert app.userinfo(code).status_code == 401, "one kind is never taken for another"
    assert error_of(app.exchange(token)) == "invalid_grant"


def test_h10_the_libraries_below_log_nothing_at_the_most_talkative_level(idp_server):
    server = idp_server(IDP_LOG_LEVEL="debug")
    server.add_user("alice", "correct horse battery staple")
    own = Application(server, "--skip-consent")
    person = visitor(server)
    code = own.code(person)
    token = own.exchange(code).json()["access_token"]
    own.exchange(code)
    own.userinfo(token)
    own.ask(person, id_token_hint="SECRETHINT" * 5)
    assert "token.issued" in server.log()
    for secret in (code, token, own.secret, own.verifier, "SECRETHINT", "battery"):
        assert secret not in server.log()


HOSTILE = [
    {"max_age": "abc"}, {"max_age": "9" * 5_000}, {"max_age": "-1"}, {"claims": "null"}, {"claims": "{"},
    {"claims": json.dumps({"id_token": {"acr": {"essential": True, "values": {}}}})}, {"claims": "[" * 3_000},
    {"claims": json.dumps({"id_token": []})}, {"claims": json.dumps({"userinfo": {"sub": {"value": 1}}})},
    {"registration": "{}"}, {"prompt": "none login"}, {"id_token_hint": "a.b.c"}, {"request": "x"}, {"prompt": "x"},
    {"claims": json.dumps({"id_token": {"acr": {"essential": True, "values": [{}]}}})},
    {"claims": "1" * 5_000}, {"claims": '{"id_token": {"acr": {"essential": true, "value": NaN}}}'},
    {"claims": '{"id_token": 0, "userinfo": ""}'}, {"scope": "\u2028"}, {"ui_locales": "\U0010ffff" * 500},
]  # fmt: skip


@pytest.mark.parametrize("changes", HOSTILE, ids=lambda changes: str(changes)[:50])
def test_h11_no_value_of_a_parameter_makes_an_authorization_request_fail_on_our_side(app, person, changes):
    page = person.get(app.url(**changes))
    assert page.status < 500
    if person.left_to:
        assert "error" in app.answer(person.left_to)
