"""Pushed authorization requests on a running provider (RFC 9126): OP-CHECKLIST item 53, RELYING-PARTIES item 25."""

from __future__ import annotations

import base64
import json
import re
import secrets
from urllib.parse import urlencode

import pytest
import requests

from tests.flows import records
from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor
from tests.person import Person

GONE = "This sign-in link doesn’t work any more"
LONGEST = 65_536  # bytes


def push(app: Application, **changes: str | None) -> requests.Response:
    """Push a good request, changed, by client_secret_post."""
    return app.post(
        "/par", **app.request(**changes), **{name: None for name, value in changes.items() if value is None}
    )


def pushed(app: Application, **changes: str | None) -> str:
    """The address that a browser is sent to after a push."""
    answer = push(app, **changes)
    assert answer.status_code == 201, answer.text
    return url_of(app, answer.json()["request_uri"])


def url_of(app: Application, request_uri: str, **more: str) -> str:
    return f"{app.server.issuer}/authorize?{urlencode({'client_id': app.id, 'request_uri': request_uri, **more})}"


def shows(person: Person, url: str) -> str:
    """What a page says that leads nowhere."""
    person.left_to = None
    page = person.get(url)
    assert person.left_to is None and page.status in (400, 410), page.text
    return page.text


def test_a_push_is_answered_with_a_word_for_it_that_nobody_can_guess(app):
    answer = push(app)
    assert answer.status_code == 201 and answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json().keys() == {"request_uri", "expires_in"}
    assert 60 <= answer.json()["expires_in"] <= 90
    assert re.fullmatch(r"urn:ietf:params:oauth:request_uri:pr_[A-Za-z0-9_-]{43}", answer.json()["request_uri"])
    assert push(app).json()["request_uri"] != answer.json()["request_uri"]


def test_a_browser_with_nothing_but_the_word_signs_in_and_the_code_is_good(app, person):
    """RELYING-PARTIES 25: client_id and request_uri only, as 9p4's plugin sends them."""
    answer = app.answer(person.sign_in(pushed(app), "alice", PASSWORD))
    assert answer["state"] == "a state" and answer["iss"] == app.server.issuer
    tokens = app.exchange(answer["code"]).json()
    assert app.claims(tokens["id_token"])["nonce"] == "a nonce"
    again = app.answer(person.sign_in(pushed(app, state="second"), "alice", PASSWORD))
    assert again["state"] == "second", "single sign-on"
    assert app.exchange(again["code"]).status_code == 200


def test_what_stands_beside_the_word_counts_for_nothing(app, other_app, person):
    """RFC 9101 5, RFC 9126 4."""
    word = push(app).json()["request_uri"]
    beside = {"redirect_uri": "https://evil.example/", "state": "evil", "prompt": "none", "scope": "nothing", "response_type": "token",
              "request": "a.b.c", "response_mode": "form_post", "code_challenge": "x"}  # fmt: skip
    answer = app.answer(person.sign_in(url_of(app, word, **beside), "alice", PASSWORD))
    assert answer["state"] == "a state" and app.exchange(answer["code"]).status_code == 200


def test_the_word_can_be_posted_too(app, person):
    app.code(person)
    person.left_to = None
    form = {"client_id": app.id, "request_uri": push(app).json()["request_uri"]}
    person._follow(person.browser.post(f"{person.issuer}/authorize", data=form, allow_redirects=False))
    assert app.answer(person.left_to)["code"]


def test_errors_that_need_the_person_are_told_to_the_application(app, person):
    assert app.answer(_left(person, pushed(app, prompt="none")))["error"] == "login_required"
    app.code(person)
    form = person.get(pushed(app, response_mode="form_post")).forms[0]
    assert form.fields["code"] and form.action == app.redirect_uri


def _left(person: Person, url: str) -> str | None:
    person.left_to = None
    person.get(url)
    return person.left_to


def test_who_reloads_or_was_prefetched_goes_on_where_they_were(asking_app, server):
    person, url = visitor(server), pushed(asking_app)
    first = person.get(url)
    again = person.get(url)
    assert again.url == first.url and again.offers("password")
    person.submit(username="alice", password=PASSWORD)
    assert person.get(url).offers("decision"), "the same sign-in, further on"
    person.submit(decision="allow")
    assert asking_app.exchange(asking_app.answer(person.left_to)["code"]).status_code == 200
    assert GONE in shows(person, url)


def test_a_prefetch_uses_nothing_up(app, person):
    app.code(person)
    url = pushed(app)
    for purpose in ("prefetch", "prefetch;prerender"):
        early = person.browser.get(url, headers={"Sec-Purpose": purpose}, allow_redirects=False)
        assert early.status_code == 425 and "Location" not in early.headers
    assert app.answer(_left(person, url))["code"]


def test_the_word_is_good_once(app, person):
    app.code(person)
    url = pushed(app)
    assert app.answer(_left(person, url))["code"]
    assert GONE in shows(person, url)


def test_another_browser_cannot_take_it_over(app, server):
    url = pushed(app)
    visitor(server).get(url)
    assert GONE in shows(visitor(server), url)


def test_the_word_of_another_application_an_old_one_and_an_invented_one_lead_nowhere(app, other_app, person):
    word = push(app).json()["request_uri"]
    assert GONE in shows(person, url_of(other_app, word))
    records.change(app.server, "UPDATE pushed_requests SET expires_at = expires_at - 91 WHERE interaction IS NULL")
    assert GONE in shows(person, url_of(app, word))
    for invented in (word[:-1] + ("A" if word[-1] != "A" else "B"), word.upper(), word + "x", "urn:ietf:params:oauth:request_uri:",
                     "urn:ietf:params:oauth:request_uri:pr_" + "A" * 43, "urn:ietf:params:oauth:request_uri:\x7f"):  # fmt: skip
        text = shows(person, url_of(app, invented))
        assert GONE in text or "can’t be read" in text or "doesn’t match" in text or "did not say" in text
    assert "isn’t known here" in shows(person, url_of(app, word).replace(app.id, "nobody"))


def test_53_any_other_request_uri_is_refused(app, person):
    for uri in ("https://app.example/request.jwt#x", "urn:x:y", "URN:IETF:params:oauth:request_uri:x"):
        assert app.ask(person, request_uri=uri)["error"] == "request_uri_not_supported"


def test_what_the_client_may_no_longer_have_is_not_given(server, person):
    app = Application(server, "--skip-consent")
    url, kept = pushed(app), pushed(app)
    server.idp("client", "set", app.id, "--scope", "openid")
    answer = app.answer(person.sign_in(kept, "alice", PASSWORD))
    assert app.exchange(answer["code"]).json()["scope"] == "openid"
    server.idp("client", "set", app.id, "--redirect-uri", "https://elsewhere.example/")
    assert "over" in shows(person, url)
    server.idp("client", "set", app.id, "--disable")
    assert "isn’t known here" in shows(person, url)


@pytest.mark.parametrize(("changes", "error"), [
    ({"response_type": None}, "invalid_request"), ({"response_type": "token"}, "unsupported_response_type"),
    ({"redirect_uri": None}, "invalid_request"), ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
    ({"redirect_uri": "https://app.example/callback/"}, "invalid_request"), ({"scope": "nonsense"}, "invalid_scope"),
    ({"prompt": "none login"}, "invalid_request"), ({"max_age": "x"}, "invalid_request"), ({"claims": "x"}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"), ({"id_token_hint": "a.b.c"}, "invalid_request"),
    ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "invalid_request"), ({"request": "a.b.c"}, "request_not_supported"),
    ({"request_uri": "https://app.example/x"}, "invalid_request"), ({"registration": "{}"}, "registration_not_supported"),
    ({"claims": '{"id_token":{"acr":{"essential":true,"value":"x"}}}'}, "unmet_authentication_requirements"),
    ({"client_secret": "wrong"}, "invalid_client"), ({"client_id": "nobody"}, "invalid_client"), ({"client_id": None}, "invalid_client"),
    ({"client_secret": None}, "invalid_client"),
], ids=str)  # fmt: skip
def test_what_authorize_would_refuse_is_refused_at_once(app, changes, error):
    """RFC 9126 2.3, with the codes of RFC 6749 4.1.2.1 and 5.2."""
    fields = {**app.request(), "client_secret": app.secret, **changes}
    answer = requests.post(
        f"{app.server.issuer}/par",
        data={name: value for name, value in fields.items() if value is not None},
        timeout=30,
    )
    assert (answer.status_code, answer.json()["error"]) == (401 if error == "invalid_client" else 400, error)
    assert answer.headers["Cache-Control"] == "no-store" and answer.json()["error_description"]


def test_what_may_not_sign_people_in_may_not_push(server):
    machine = server.idp_json("client", "add", f"Machine {secrets.token_hex(4)}", "--grant-type", "client_credentials")
    form = {"client_id": machine["client_id"], "client_secret": machine["client_secret"], "response_type": "code",
            "redirect_uri": "https://app.example/callback"}  # fmt: skip
    assert requests.post(f"{server.issuer}/par", data=form, timeout=30).json()["error"] == "invalid_request"


def test_the_client_proves_itself_as_at_the_token_endpoint(app, public_app):
    basic = "Basic " + base64.b64encode(f"{app.id}:{app.secret}".encode()).decode()
    request = {name: value for name, value in app.request().items() if name != "client_id"}
    address = f"{app.server.issuer}/par"
    assert requests.post(address, data=request, headers={"Authorization": basic}, timeout=30).status_code == 201
    assert requests.post(address, data=app.request(), headers={"Authorization": basic}, timeout=30).status_code == 201
    wrong = requests.post(address, data=request, headers={"Authorization": basic[:-4]}, timeout=30)
    assert wrong.status_code == 401 and wrong.headers["WWW-Authenticate"].startswith("Basic")
    foreign = requests.post(
        address, data={**request, "client_id": public_app.id}, headers={"Authorization": basic}, timeout=30
    )
    assert foreign.json()["error"] == "invalid_request"
    assert requests.post(address, data=public_app.request(), timeout=30).status_code == 201
    assert (
        requests.post(address, data=public_app.request(code_challenge=None), timeout=30).json()["error"]
        == "invalid_request"
    )


@pytest.mark.parametrize("held_to", ["client_secret_basic", "client_secret_post"])
def test_the_secret_may_come_either_way_at_this_one_endpoint(server, person, held_to):
    """RELYING-PARTIES 25: 9p4's plugin pushes with Basic, and exchanges the code by client_secret_post."""
    app = Application(server, "--skip-consent", "--auth-method", held_to)
    basic = requests.post(f"{server.issuer}/par", data=app.request(), auth=(app.id, app.secret), timeout=30)
    assert basic.status_code == 201 and push(app).status_code == 201
    assert requests.post(f"{server.issuer}/par", data=app.request(), timeout=30).status_code == 401


def test_other_methods_and_bodies_are_refused(app):
    address = f"{app.server.issuer}/par"
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        answer = requests.request(method, address, timeout=30)
        assert answer.status_code == 405 and "POST" in answer.headers["Allow"]
    assert requests.post(address, json=app.request(), timeout=30).status_code == 400
    assert requests.post(address, data="client_id=a&client_id=b", headers={"Content-Type": "application/x-www-form-urlencoded"},
                         timeout=30).json()["error"] == "invalid_request"  # fmt: skip
    assert push(app, unknown="x" * LONGEST).status_code == 413  # RFC 9126 2.3
    assert push(app, state="x" * 5_000).json()["error"] == "invalid_request"


def test_who_has_to_push_may_not_ask_plainly(server, person):
    """RFC 9126 6."""
    app = Application(server, "--skip-consent", "--require-par")
    assert app.metadata["require_pushed_authorization_requests"] is True
    answer = app.ask(person)
    assert answer["error"] == "invalid_request" and "push" in answer["error_description"]
    assert app.answer(person.sign_in(pushed(app), "alice", PASSWORD))["code"]
    assert app.ask(person)["error"] == "invalid_request", "single sign-on is no way round"
    server.idp("client", "set", app.id, "--allow-plain-requests")
    assert app.ask(person)["code"]


def test_only_the_digest_is_kept(app):
    word = push(app, state=f"state {secrets.token_hex(8)}").json()["request_uri"]
    kept = records.read(app.server, "SELECT digest, request FROM pushed_requests")
    assert word.rpartition(":")[2] not in repr(kept) and word.rpartition(":")[2] not in app.server.log()


def test_administrators_read_why_a_push_was_refused(app):
    push(app, redirect_uri="https://elsewhere.example/")
    events = [json.loads(line) for line in app.server.idp("audit", "--client", app.id, "--json").splitlines()]
    refused = [
        event.get("sent")
        for event in events
        if event["event"] == "pushed_request.refused" and event["reason"] == "redirect_uri_mismatch"
    ]
    assert "https://elsewhere.example/" in refused
