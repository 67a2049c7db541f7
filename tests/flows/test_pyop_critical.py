"""pyop's critical defects C1 to C6 can't be reached through the running provider."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.flows.application import PASSWORD, Application, error_of
from tests.flows.visitors import visitor


def b64(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.mark.parametrize("uri", [
    "https://evil.example/steal", "javascript:alert(1)//", "data:text/html,<script>alert(1)</script>",
    "https://app.example/callback@evil.example", "https://app.example.evil.example/callback", "//evil.example",
])  # fmt: skip
@pytest.mark.parametrize("trigger", [
    {"scope": "x"}, {"prompt": "bad"}, {"display": "bad"}, {"client_id": None}, {"client_id": "nope"},
    {"scope": "openid offline_access"}, {"code_challenge_method": "S512"},
], ids=str)  # fmt: skip
def test_c1_nothing_is_sent_to_an_address_that_is_not_proven(app, person, uri, trigger):
    page = person.get(app.url(redirect_uri=uri, **trigger))
    assert person.left_to is None
    assert page.status == 400 and "Location" not in page.response.headers
    assert f'href="{uri}' not in page.html and f'action="{uri}' not in page.html


def forgeries(app: Application, genuine: str) -> dict[str, str]:
    """Tokens that name Alice and that we never signed."""
    header, body, signature = genuine.split(".")
    kid = json.loads(base64.urlsafe_b64decode(header + "=="))["kid"]
    claims = base64.urlsafe_b64decode(body + "==")
    garbage = b64(b"x" * 256)
    return {
        "alg none": f"{b64({'alg': 'none'})}.{body}.",
        "alg none with our kid": f"{b64({'alg': 'none', 'kid': kid})}.{body}.{signature}",
        "unknown kid": f"{b64({'alg': 'RS256', 'kid': 'nope'})}.{body}.{garbage}",
        "no kid": f"{b64({'alg': 'RS256'})}.{body}.{signature}",
        "HS256": f"{b64({'alg': 'HS256', 'kid': kid})}.{body}.{b64(b'y' * 32)}",
        "good kid, bad signature": f"{header}.{body}.{garbage}",
        "changed claims": f"{header}.{b64({**json.loads(claims), 'name': 'Mallory'})}.{signature}",
        "five parts": f"{b64({'alg': 'RSA-OAEP', 'enc': 'A128GCM', 'kid': kid})}.{garbage}.{garbage}.{body}.{garbage}",
        "jwk in the header": f"{b64({'alg': 'RS256', 'kid': kid, 'jwk': {}})}.{body}.{signature}",
        "kid is a list": f"{b64({'alg': 'RS256', 'kid': [kid]})}.{body}.{signature}",
        "garbage": "garbage",
        "empty parts": "..",
        "claims are no object": f"{header}.{b64([1])}.{signature}",
        "deep": f"{header}.{b64(b'[' * 5_000)}.{signature}",
        "long": f"{header}.{body}.{'A' * 6_000}",
    }


def test_c2_only_id_tokens_of_our_own_making_are_taken_as_hints(app, person):
    tokens = app.tokens(person)
    for what, hint in forgeries(app, tokens["id_token"]).items():
        answer = app.ask(person, id_token_hint=hint, prompt="none")
        assert answer.get("error") == "invalid_request", what
    assert app.userinfo(tokens["access_token"]).status_code == 200, "and nothing was ended by any of them"
    assert app.ask(person, id_token_hint=tokens["id_token"], prompt="none")["code"]


def test_c2_nobody_is_signed_out_by_a_hint(server, app, person):
    tokens = app.tokens(person)
    hint = forgeries(app, tokens["id_token"])["alg none"]
    stranger = visitor(server)
    stranger.get(f"/logout?id_token_hint={hint}&post_logout_redirect_uri=https://app.example/&state=x")
    assert stranger.left_to is None
    assert app.userinfo(tokens["access_token"]).status_code == 200
    assert app.ask(person, prompt="none")["code"]


def test_c3_a_refresh_token_is_of_no_use_to_another_client(app, other_app, public_app, person):
    tokens = app.tokens(person, scope="openid offline_access")
    for token in (tokens["refresh_token"], tokens["access_token"], "rt_" + "a" * 43):
        for thief in (public_app, other_app):
            answer = thief.refresh(token)
            assert answer.status_code == 400 and error_of(answer) == "invalid_grant"
    assert app.refresh(tokens["refresh_token"]).status_code == 200


def test_c4_a_code_is_redeemed_once_by_any_number_of_callers_at_once(app, person):
    code = app.code(person)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: app.exchange(code), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7


def test_c4_a_code_survives_an_exchange_that_fails(app, person):
    code = app.code(person)
    for wrong in ({"client_secret": "cs_wrong"}, {"code_verifier": "x" * 43}, {"redirect_uri": "https://evil.example"}):
        assert app.exchange(code, **wrong).status_code in (400, 401)
    assert app.exchange(code).status_code == 200


@pytest.mark.parametrize("member", ["id_token", "userinfo"])
def test_c5_the_claims_parameter_opens_nothing_that_the_scopes_do_not_cover(narrow_app, person, member):
    asked = {member: dict.fromkeys([
        "name", "groups", "password_hash", "password", "id", "is_admin", "disabled_at", "credentials", "data", "email",
        "username", "secret_digest",
    ])}  # fmt: skip
    tokens = narrow_app.tokens(person, scope="openid", claims=json.dumps(asked))
    found = narrow_app.claims(tokens["id_token"]) | narrow_app.userinfo(tokens["access_token"]).json()
    protocol = {"iss", "sub", "aud", "iat", "exp", "auth_time", "acr", "amr", "sid", "at_hash", "nonce"}
    assert found.keys() - protocol == {"email"}
    assert "argon2" not in json.dumps(found)


def test_c5_what_the_claims_parameter_asks_for_is_shown_before_it_is_told(asking_app, person):
    person.get(asking_app.url(scope="openid", claims=json.dumps({"userinfo": {"email": None}}), prompt="consent"))
    page = person.submit(username="alice", password=PASSWORD)
    assert "mail" in page.text.lower()
    page = person.submit(decision="deny")
    assert asking_app.answer(person.left_to)["error"] == "access_denied"


def test_c6_a_person_keeps_one_random_sub_that_nothing_about_them_can_change(server, app, new_user):
    ada, eve = new_user(), new_user()
    assert ada["sub"] != eve["sub"] and len(ada["sub"]) == 36
    server.idp("user", "set", eve["username"], "--display-name", ada["sub"], "--email", f"{ada['sub']}@example.org")
    tokens = app.tokens(visitor(server), eve["username"], claims=json.dumps({"id_token": {"sub": None}}))
    assert app.claims(tokens["id_token"])["sub"] == eve["sub"]
    assert app.userinfo(tokens["access_token"]).json()["sub"] == eve["sub"]
