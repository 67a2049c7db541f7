"""Refresh tokens (RFC 6749 6, RFC 9700 4.14.2, OIDC Core 11, 12; numbers are those of the OP checklist)."""

from __future__ import annotations

import hashlib
import json
import re
import secrets

import pytest

from tests.flows import records
from tests.flows.application import PASSWORD, Application, error_of
from tests.flows.visitors import visitor

OFFLINE = "openid profile offline_access"


def aged(server, token, seconds):
    """Let a refresh token's use lie further back."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    assert records.change(server, "UPDATE refresh_tokens SET used_at = used_at - ? WHERE digest = ?", seconds, digest)


@pytest.fixture
def always(server):
    """An application that gets refresh tokens without asking."""
    return Application(server, "--skip-consent", "--always-refresh")


def sign_out(person):
    person.get("/logout")
    person.submit(decision="logout")


def test_56_80_who_asks_for_offline_access_gets_a_refresh_token(app, asking_app, public_app, server):
    for application in (app, asking_app, public_app):
        for prompt in (None, "consent"):  # Core 11 wants the prompt, applications at home don't send it
            tokens = application.tokens(visitor(server), scope=OFFLINE, prompt=prompt)
            assert tokens["scope"] == OFFLINE
            assert re.fullmatch(r"rt_[A-Za-z0-9_-]{43}", tokens["refresh_token"])


def test_80_others_get_none(app, person):
    assert "refresh_token" not in app.tokens(person)


def test_80_an_application_may_always_get_one(always, person):
    tokens = always.tokens(person)
    assert always.refresh(tokens["refresh_token"]).status_code == 200


def test_the_consent_page_says_what_it_means(server, person):
    person.get(Application(server).url(scope=OFFLINE))
    page = person.submit(username="alice", password=PASSWORD)
    assert "Staying connected" in page.text


def test_75_81_83_a_refresh_brings_fresh_tokens_about_the_old_sign_in(app, person):
    first = app.tokens(person, scope=OFFLINE)
    answer = app.refresh(first["refresh_token"])
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Pragma"] == "no-cache"
    second = answer.json()
    assert second.keys() == first.keys()
    before, after = app.claims(first["id_token"]), app.claims(second["id_token"])
    for name in ("iss", "sub", "aud", "auth_time", "acr", "amr", "sid", "preferred_username"):
        assert after[name] == before[name], name
    assert "nonce" in before and "nonce" not in after and after["iat"] >= before["iat"]
    assert app.userinfo(second["access_token"]).json()["preferred_username"] == "alice"
    assert app.userinfo(first["access_token"]).status_code == 200, "it lives as long as it was told"


def test_81_the_new_refresh_token_works_for_the_next_call(app, person):
    token = app.tokens(person, scope=OFFLINE)["refresh_token"]
    for _ in range(4):
        token = app.refresh(token).json()["refresh_token"]


def test_81_scopes_can_become_fewer_but_never_more(app, person):
    token = app.tokens(person, scope="openid email offline_access")["refresh_token"]
    narrow = app.refresh(token, scope="openid").json()
    assert narrow["scope"] == "openid" and app.userinfo(narrow["access_token"]).json().keys() == {"sub"}
    same = app.refresh(narrow["refresh_token"], scope="openid email offline_access").json()
    assert same["scope"] == "openid email offline_access"
    wider = app.refresh(same["refresh_token"], scope="openid email profile")
    assert wider.status_code == 400 and error_of(wider) == "invalid_scope"
    assert app.refresh(same["refresh_token"]).status_code == 200


def test_82_a_refresh_token_is_for_its_client_alone(app, other_app, public_app, person):
    token = app.tokens(person, scope=OFFLINE)["refresh_token"]
    for thief in (other_app, public_app):
        answer = thief.refresh(token)
        assert answer.status_code == 400 and error_of(answer) == "invalid_grant"
    assert app.refresh(token).status_code == 200


def test_a_failed_client_authentication_burns_no_refresh_token(app, person):
    token = app.tokens(person, scope=OFFLINE)["refresh_token"]
    for _ in range(3):
        assert error_of(app.refresh(token, client_secret="wrong")) == "invalid_client"
    assert app.refresh(token).status_code == 200


@pytest.mark.parametrize(("fields", "error"), [
    ({"refresh_token": None}, "invalid_request"), ({"refresh_token": ""}, "invalid_request"),
    ({"refresh_token": "\x00"}, "invalid_request"), ({"refresh_token": "rt_" + "A" * 43}, "invalid_grant"),
    ({"refresh_token": "x" * 60_000}, "invalid_grant"), ({"scope": "\r\n"}, "invalid_request"),
    ({"grant_type": "Refresh_Token"}, "unsupported_grant_type"),
], ids=str)  # fmt: skip
def test_84_what_is_wrong_with_a_request_has_its_own_error(app, fields, error):
    answer = app.post("/token", **{"grant_type": "refresh_token", "refresh_token": "rt_x", **fields})
    assert answer.status_code == 400 and error_of(answer) == error


def test_84_a_client_without_the_grant_type_is_told_so(server, person):
    plain = Application(server, "--skip-consent", "--grant-type", "authorization_code")
    assert "refresh_token" not in plain.tokens(person, scope=OFFLINE)
    assert error_of(plain.refresh("rt_x")) == "unauthorized_client"


def test_a_lost_answer_can_be_asked_for_again_at_once(app, server, person):
    token = app.tokens(person, scope=OFFLINE)["refresh_token"]
    first, again = app.refresh(token).json(), app.refresh(token).json()
    for name in ("access_token", "refresh_token", "scope", "token_type"):
        assert first[name] == again[name]
    assert app.claims(again["id_token"])["sub"] == app.claims(first["id_token"])["sub"]
    aged(server, token, 11)
    assert error_of(app.refresh(token)) == "invalid_grant", "but not later"
    assert error_of(app.refresh(first["refresh_token"])) == "invalid_grant", "and that ended the family"
    assert app.userinfo(first["access_token"]).status_code == 401


def test_a_reused_token_leaves_other_sign_ins_alone(app, server, person):
    other = app.tokens(person, scope=OFFLINE)
    token = app.tokens(person, scope=OFFLINE)["refresh_token"]
    app.refresh(token)
    aged(server, token, 60)
    app.refresh(token)
    assert app.userinfo(other["access_token"]).status_code == 200
    assert app.refresh(other["refresh_token"]).status_code == 200


def test_78_a_replayed_code_ends_the_refresh_token_too(app, person):
    code = app.code(person, scope=OFFLINE)
    token = app.exchange(code).json()["refresh_token"]
    app.exchange(code)
    assert error_of(app.refresh(token)) == "invalid_grant"


def test_124_signing_out_ends_what_was_not_granted_offline(app, always, server, person):
    online, offline = always.tokens(person), app.tokens(person, scope=OFFLINE)
    sign_out(person)
    assert error_of(always.refresh(online["refresh_token"])) == "invalid_grant"
    assert always.userinfo(online["access_token"]).status_code == 401
    assert app.userinfo(offline["access_token"]).status_code == 401, "access tokens end either way"
    renewed = app.refresh(offline["refresh_token"])
    assert renewed.status_code == 200 and app.userinfo(renewed.json()["access_token"]).status_code == 200


def test_a_new_password_ends_all_of_it(app, server, new_user):
    user = new_user()["username"]
    token = app.tokens(visitor(server), user, scope=OFFLINE)["refresh_token"]
    server.idp("user", "set", user, "--password-stdin", input=secrets.token_urlsafe(20))
    assert error_of(app.refresh(token)) == "invalid_grant"


def test_who_is_disabled_or_deleted_gets_nothing_more(app, server, new_user):
    for command in (("disable",), ("delete", "--yes")):
        user = new_user()["username"]
        token = app.tokens(visitor(server), user, scope=OFFLINE)["refresh_token"]
        server.idp("user", command[0], user, *command[1:])
        assert error_of(app.refresh(token)) == "invalid_grant"


def test_a_disabled_application_gets_nothing_more(server, person):
    own = Application(server, "--skip-consent")
    token = own.tokens(person, scope=OFFLINE)["refresh_token"]
    server.idp("client", "set", own.id, "--disable")
    assert error_of(own.refresh(token)) == "invalid_client"
    server.idp("client", "set", own.id, "--enable")
    assert own.refresh(token).status_code == 200


def test_who_leaves_the_group_that_an_application_is_for_gets_nothing_more(server, new_user):
    own = Application(server, "--skip-consent", "--group", "media")
    user = new_user("--group", "media")["username"]
    token = own.tokens(visitor(server), user, scope=OFFLINE)["refresh_token"]
    token = own.refresh(token).json()["refresh_token"]
    server.idp("group", "revoke", "media", user)
    assert error_of(own.refresh(token)) == "invalid_grant"
    server.idp("group", "grant", "media", user)
    assert own.refresh(token).status_code == 200


def test_a_claim_that_was_asked_for_by_name_goes_with_the_scope_that_is_taken_away(server, person):
    own = Application(server, "--skip-consent")
    asked = json.dumps({"userinfo": {"email": None, "name": None}, "id_token": {"email": None, "name": None}})
    tokens = own.tokens(person, scope="openid offline_access", claims=asked)
    left = [option for scope in ("openid", "profile", "offline_access") for option in ("--scope", scope)]
    server.idp("client", "set", own.id, *left)
    fresh = own.refresh(tokens["refresh_token"]).json()
    told = [own.userinfo(each["access_token"]).json() for each in (tokens, fresh)]
    for claims in (own.claims(fresh["id_token"]), *told):
        assert "email" not in claims and "name" in claims


def test_an_application_that_demands_a_second_factor_now_wants_a_new_sign_in(server, person):
    own = Application(server, "--skip-consent")
    token = own.tokens(person, scope=OFFLINE)["refresh_token"]
    server.idp("client", "set", own.id, "--require-mfa")
    assert error_of(own.refresh(token)) == "invalid_grant"
    server.idp("client", "set", own.id, "--no-require-mfa")
    assert own.refresh(token).status_code == 200


def test_fourteen_days_without_use_and_thirty_in_all(app, server, person):
    token = app.tokens(person, scope=OFFLINE)["refresh_token"]
    digest = hashlib.sha256(token.encode()).hexdigest()
    found = records.read(
        server, "SELECT refresh_tokens.expires_at - grants.created_at, grants.expires_at - grants.created_at FROM refresh_tokens "
        "JOIN grants ON grants.id = grant_id WHERE digest = ?", digest,
    )  # fmt: skip
    assert 14 * 86_400 <= found[0][0] <= 14 * 86_400 + 60 and found[0][1] == 30 * 86_400 + 3_600
    records.change(server, "UPDATE refresh_tokens SET expires_at = expires_at - 14 * 86400 WHERE digest = ?", digest)
    assert error_of(app.refresh(token)) == "invalid_grant"


def test_refreshing_is_written_down_with_the_sign_in_it_belongs_to(server, person):
    own = Application(server, "--skip-consent")
    token = own.tokens(person, scope=OFFLINE)["refresh_token"]
    own.refresh(token), own.refresh(token), own.refresh(token, client_secret="wrong")
    aged(server, token, 60)
    own.refresh(token)
    rows = [json.loads(line) for line in server.idp("audit", "--client", own.id, "--json").splitlines()]
    assert len({row["attempt"] for row in rows if row.get("attempt")}) == 1
    assert [row["event"] for row in rows][-5:] == [
        "token.issued", "token.repeated", "token.refused", "grant.revoked", "token.refused",
    ]  # fmt: skip
