"""The token endpoint (RFC 6749 2.3, 3.2, 4.1.3, 5; numbers are those of the OP checklist, section G)."""

from __future__ import annotations

import pytest
import requests

from tests.flows import records
from tests.flows.application import CALLBACK, Application, error_of
from tests.flows.visitors import visitor


def form_of(app: Application, code: str, **more: str) -> dict[str, str]:
    return {"grant_type": "authorization_code", "code": code, "redirect_uri": app.redirect_uri,
            "code_verifier": app.verifier, **more}  # fmt: skip


def test_69_70_a_client_may_use_either_way_to_send_its_secret(app, person):
    assert app.token(form_of(app, app.code(person)), auth=(app.id, app.secret)).status_code == 200
    posted = form_of(app, app.code(person), client_id=app.id, client_secret=app.secret)
    assert app.token(posted).status_code == 200


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_73_a_client_that_pins_one_way_may_use_no_other(server, person, method):
    pinned = Application(server, "--skip-consent", "--auth-method", method)
    code = pinned.code(person)
    basic = pinned.token(form_of(pinned, code), auth=(pinned.id, pinned.secret))
    if method == "client_secret_post":
        assert basic.status_code == 401 and "Basic" in basic.headers["WWW-Authenticate"]
        assert pinned.exchange(code).status_code == 200, "and nothing was burnt by the wrong one"
    else:
        assert basic.status_code == 200
        assert error_of(pinned.exchange(pinned.code(person))) == "invalid_client"


def test_73_a_client_that_fails_to_prove_itself_gets_401_in_its_own_way(app):
    by_header = app.token(form_of(app, "x"), auth=(app.id, "wrong"))
    by_form = app.token(form_of(app, "x", client_id=app.id, client_secret="wrong"))
    nobody = app.token(form_of(app, "x"))
    for answer in (by_header, by_form, nobody):
        assert answer.status_code == 401 and error_of(answer) == "invalid_client"
    assert by_header.headers["WWW-Authenticate"].startswith("Basic ")
    assert "WWW-Authenticate" not in by_form.headers


def test_unknown_clients_and_wrong_secrets_look_the_same(app):
    unknown, wrong = (app.exchange("x", client_id=client, client_secret="cs_wrong") for client in ("cl_nobody", app.id))
    assert (unknown.status_code, unknown.content) == (wrong.status_code, wrong.content)
    assert unknown.headers.keys() == wrong.headers.keys()


def test_a_public_client_needs_no_secret_and_may_bring_none(public_app, person):
    answer = public_app.exchange(public_app.code(person))
    assert answer.status_code == 200 and answer.json()["id_token"]
    empty = public_app.token(form_of(public_app, public_app.code(person)), auth=(public_app.id, ""))
    assert empty.status_code == 200
    assert error_of(public_app.exchange(public_app.code(person), client_secret="anything")) == "invalid_client"


def test_a_public_client_on_this_machine_may_listen_on_any_port(public_app, person):  # RFC 8252 7.3
    uri = "http://127.0.0.1:49152/callback"
    person.sign_in(public_app.url(redirect_uri=uri), "alice", "correct horse battery staple")
    assert person.left_to.startswith(uri + "?code=")
    code = person.left_to.partition("code=")[2].partition("&")[0]
    assert error_of(public_app.exchange(code)) == "invalid_grant", "another port is another redirect URI"
    assert public_app.exchange(code, redirect_uri=uri).status_code == 200
    for elsewhere in (
        "http://127.0.0.2/callback",
        "http://localhost:1/callback",
        "https://127.0.0.1/callback",
        "http://127.0.0.1:1/callback?x=y",
        "http://127.0.0.1:1/other",
        "http://x@127.0.0.1/callback",
    ):
        person.left_to = None
        assert person.get(public_app.url(redirect_uri=elsewhere)).status == 400 and person.left_to is None


def test_74_75_the_answer_is_json_that_nobody_keeps(app, person):
    answer = app.exchange(app.code(person))
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Pragma"] == "no-cache"
    body = answer.json()
    assert body["token_type"] == "Bearer" and body["expires_in"] == 3600
    assert body["scope"] == "openid profile email groups"
    refused = app.exchange("x")
    assert refused.headers["Cache-Control"] == "no-store" and refused.headers["Pragma"] == "no-cache"


def test_3_errors_are_json_too_wherever_applications_call(app, server):
    wrong = {"token": app.exchange("x"), "userinfo": app.userinfo("at_x"), "revoke": app.post("/revoke"),
             "introspect": app.post("/introspect"), "par": app.post("/par"), "device": app.post("/device_authorization"),
             "register": requests.post(f"{server.issuer}/register", json={}, headers={"Authorization": "Bearer ia_x"}, timeout=30)}  # fmt: skip
    for name, answer in wrong.items():
        assert 400 <= answer.status_code <= 401 and answer.headers["Content-Type"] == "application/json", name
        assert answer.json()["error"], name


def test_76_a_code_is_for_its_client_alone_and_survives_the_others(app, other_app, person):
    code = app.code(person)
    answer = other_app.exchange(code, redirect_uri=CALLBACK, code_verifier=app.verifier)
    assert answer.status_code == 400 and error_of(answer) == "invalid_grant"
    assert app.exchange(code).status_code == 200


@pytest.mark.parametrize("uri", [None, "", CALLBACK + "/", CALLBACK + "?", "https://evil.example/"])
def test_76_the_redirect_uri_has_to_be_the_same_again(app, person, uri):
    assert error_of(app.exchange(app.code(person), redirect_uri=uri)) == "invalid_grant"


def test_76_a_code_that_is_too_old_is_refused(app, server, person):
    code = app.code(person)
    assert records.change(server, "UPDATE grants SET code_expires_at = code_expires_at - 60 WHERE code_used_at IS NULL")
    answer = app.exchange(code)
    assert answer.status_code == 400 and error_of(answer) == "invalid_grant"


def test_77_78_a_code_works_once_and_its_replay_ends_the_tokens(app, person):
    code = app.code(person)
    token = app.exchange(code).json()["access_token"]
    assert app.userinfo(token).status_code == 200
    for _ in range(2):
        assert error_of(app.exchange(code)) == "invalid_grant"
    assert app.userinfo(token).status_code == 401


def test_78_the_replay_of_one_code_leaves_other_sign_ins_alone(app, person):
    other = app.tokens(person)["access_token"]
    code = app.code(person)
    app.exchange(code), app.exchange(code)
    assert app.userinfo(other).status_code == 200


@pytest.mark.parametrize("changes, error", [
    ({"grant_type": None}, "invalid_request"), ({"grant_type": "password"}, "unsupported_grant_type"),
    ({"grant_type": "client_credentials"}, "unauthorized_client"), ({"code": None}, "invalid_request"),
    ({"grant_type": ""}, "invalid_request"), ({"code": ""}, "invalid_request"), ({"code": "\x00"}, "invalid_request"),
], ids=str)  # fmt: skip
def test_84_what_is_wrong_with_a_request_has_its_own_error(app, changes, error):
    answer = app.exchange(changes.get("code", "x"), **{k: v for k, v in changes.items() if k != "code"})
    assert answer.status_code == 400 and error_of(answer) == error


def test_only_forms_are_read(app, person):
    form = form_of(app, app.code(person), client_id=app.id, client_secret=app.secret)
    as_json = requests.post(f"{app.server.issuer}/token", json=form, timeout=10)
    as_parts = requests.post(f"{app.server.issuer}/token", files={k: (None, v) for k, v in form.items()}, timeout=10)
    in_query = requests.post(f"{app.server.issuer}/token", params=form, timeout=10)
    for answer in (as_json, as_parts, in_query):
        assert answer.status_code == 400 and error_of(answer) == "invalid_request"
    with_charset = app.token(form, headers={"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"})
    assert with_charset.status_code == 200, "and the code was not used up"


def test_a_form_may_come_in_chunks(app, person):  # some Node clients send it so
    from urllib.parse import urlencode

    form = form_of(app, app.code(person), client_id=app.id, client_secret=app.secret)
    pieces = iter([part.encode() for part in urlencode(form)])
    answer = app.token(pieces, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_only_post_is_answered(app, method):
    answer = requests.request(method, f"{app.server.issuer}/token", timeout=10)
    assert answer.status_code == (200 if method == "OPTIONS" else 405)
    assert "POST" in answer.headers["Allow"] and "Access-Control-Allow-Origin" not in answer.headers


def test_a_new_secret_ends_the_old_one_at_once(server):
    own, person = Application(server, "--skip-consent"), visitor(server)
    code, old = own.code(person), own.secret
    own.secret = server.idp_json("client", "rotate-secret", own.id)["client_secret"]
    assert error_of(own.exchange(code, client_secret=old)) == "invalid_client"
    assert own.exchange(code).status_code == 200
