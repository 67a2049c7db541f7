"""A person signs in to an application: what both sides see on the way."""

from __future__ import annotations

import time
from http.cookiejar import DefaultCookiePolicy

import pytest
import requests

from tests.flows import records
from tests.flows.application import PASSWORD, parameters_of
from tests.flows.visitors import visitor


def test_an_application_learns_who_signed_in_by_discovery_code_and_pkce(app, person):
    before = int(time.time())
    answer = app.answer(person.sign_in(app.url(), "alice", PASSWORD))
    assert answer.keys() == {"code", "state", "iss"}  # OIDC Core 3.1.2.5, RFC 9207 2
    assert answer["state"] == "a state" and answer["iss"] == app.server.issuer

    tokens = app.exchange(answer["code"]).json()
    claims = app.claims(tokens["id_token"])
    assert claims["preferred_username"] == "alice"
    assert claims["name"] == "Alice Example"
    assert claims["email"] == "alice@example.org" and claims["email_verified"] is True
    assert claims["groups"] == ["family", "media"]
    assert claims["amr"] == ["pwd"] and claims["acr"] == "aal1"
    assert before <= claims["auth_time"] <= claims["iat"] <= time.time()
    assert claims["nonce"] == "a nonce" and claims["sid"]
    assert app.userinfo(tokens["access_token"]).json()["sub"] == claims["sub"]


def test_the_authorization_request_may_come_by_post_without_an_anti_forgery_token(app, person):
    """OP-CHECKLIST item 31."""
    person._follow(
        person.browser.post(f"{app.server.issuer}/authorize", data=app.request(), allow_redirects=False)
    )  # OIDC Core 3.1.2.1
    person.submit(username="alice", password=PASSWORD)
    assert app.answer(person.left_to)["code"]

    person.left_to = None
    person._follow(person.browser.post(f"{app.server.issuer}/authorize", data=app.request(), allow_redirects=False))
    assert app.answer(person.left_to)["code"], "nor with a session"


def test_a_second_application_needs_no_password_and_gets_the_same_person_and_auth_time(app, other_app, person):
    first = app.claims(app.tokens(person)["id_token"])
    time.sleep(1.1)
    second = other_app.claims(other_app.exchange(other_app.ask(person)["code"]).json()["id_token"])
    assert (second["sub"], second["auth_time"], second["sid"]) == (first["sub"], first["auth_time"], first["sid"])


def test_the_registered_query_of_a_redirect_uri_survives(other_app, person):
    """OP-CHECKLIST item 33."""
    left_to = person.sign_in(other_app.url(), "alice", PASSWORD)
    assert left_to.startswith("https://other.example/cb?tenant=1&")  # OIDC Core 3.1.2.1
    assert parameters_of(left_to)["tenant"] == "1"


def test_the_state_comes_back_byte_for_byte(app, person):
    """OP-CHECKLIST item 38."""
    state = "".join(map(chr, range(0x20, 0x7F))) + "-._~äß字" + "x" * 900
    assert app.answer(person.sign_in(app.url(state=state), "alice", PASSWORD))["state"] == state


def test_no_state_in_means_no_state_out(app, person):
    assert "state" not in app.answer(person.sign_in(app.url(state=None), "alice", PASSWORD))


@pytest.mark.parametrize("typed", ["ALICE", " alice ", "alice@example.org", "Alice@Example.org"])
def test_people_may_type_their_name_in_capitals_or_their_address(app, person, typed):
    assert app.code(person, typed)


def test_a_wrong_password_gets_the_form_again_and_the_right_one_goes_on(app, person):
    person.get(app.url())
    page = person.submit(username="alice", password="not the password")
    assert page.status == 400 and 'id="refusal"' in page.html
    assert page.form_with("password").fields["username"] == "alice"
    assert page.form_with("password").fields["password"] == "", "what was typed is not kept in the page"
    person.submit(username="alice", password=PASSWORD)
    assert app.answer(person.left_to)["code"]


@pytest.mark.parametrize("fields", [
    {"username": "", "password": ""},
    {"username": "alice", "password": ""},
    {"username": "alice", "password": "x" * 2_000},
    {"username": "a" * 5_000, "password": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")},
    {"username": "al\0ice", "password": "\0"},
])  # fmt: skip
def test_odd_answers_in_the_form_are_refused_in_words(app, person, fields):
    person.get(app.url())
    page = person.submit(**fields)
    assert page.status == 400 and page.offers("password")


def test_the_sign_in_page_names_the_application_and_is_titled(asking_app, person):
    """OP-CHECKLIST items 63 and 65."""
    page = person.get(asking_app.url())
    assert "<title>Sign in" in page.html
    assert asking_app.name in page.text
    for address in ("https://app.example/logo.png", "https://app.example/policy", "https://app.example/terms"):
        assert address in page.html  # RFC 7591 2: logo_uri, policy_uri, tos_uri


def test_the_answer_to_a_password_is_a_303(app, person):
    # RFC 9700 4.12: after a 307 the browser would send the password on.
    page = person.get(app.url())
    form = page.form_with("password")
    answer = person.browser.post(
        page.url.split("/interaction")[0] + form.action,
        data={**form.fields, "username": "alice", "password": PASSWORD}, allow_redirects=False,
    )  # fmt: skip
    assert answer.status_code == 303


def test_all_that_happened_in_one_sign_in_carries_one_attempt(app, server):
    person, other, without_cookie = visitor(server), visitor(server), visitor(server)
    other.get(app.url())
    page = person.get(app.url())
    person.submit(username="alice", password=PASSWORD, csrf_token="forged")
    other.get(page.url)
    without_cookie.get(page.url)
    person.get(page.url)
    person.submit(username="alice", password="a wrong password")
    person.submit(username="alice", password=PASSWORD)
    code = app.answer(person.left_to)["code"]
    assert app.exchange(code, code_verifier="x" * 43).status_code == 400
    assert app.exchange(code).status_code == 200
    assert _told(server, app) == [
        "authorization.requested", "csrf", "another_browser", "no_cookie", "sign_in.refused", "sign_in", "code.issued",
        "token.refused", "token.issued",
    ]  # fmt: skip


def test_a_sign_in_that_has_grown_too_old_is_refused_under_its_attempt(app, server):
    person = visitor(server)
    page = person.get(app.url())
    name = page.url.rpartition("/")[2]
    assert records.change(server, "UPDATE interactions SET expires_at = started_at WHERE id = ?", name) == 1
    assert person.get(page.url).status == 410
    assert _told(server, app) == ["authorization.requested", "interaction_gone"]
    person.get(f"/interaction/{name}x")
    assert "attempt" not in _audit(server)[-1], "of what was never here there is none"


def _told(server, app):
    """The events of the newest attempt at an application, a refused page by its reason."""
    events = [event for event in _audit(server) if event.get("client") == app.id]
    attempt = events[-1]["attempt"]
    return [
        event["reason"] if event["event"] == "page.refused" else event["event"]
        for event in events if event.get("attempt") == attempt
    ]  # fmt: skip


@pytest.mark.parametrize("wanted", ["application", "account"])
def test_a_browser_that_keeps_no_cookies_is_told_what_fits_an_application_and_the_own_account(app, server, wanted):
    person = visitor(server)
    person.browser.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    page = person.get(app.url() if wanted == "application" else "/account")
    assert page.status == 400 and "keeps no cookies" in page.text
    assert "Go back to what you wanted to open" in page.text


def _audit(server):
    import json

    return [json.loads(line) for line in server.idp("audit", "--json").splitlines()]


def test_the_health_address_says_whether_somebody_could_be_served(server):
    answer = requests.get(f"http://127.0.0.1:{server.port}/health", timeout=10)
    assert answer.status_code == 200 and answer.json() == {"status": "ok"}
