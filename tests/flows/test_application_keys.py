"""Applications with keys of their own, on a running provider: OP-CHECKLIST items 52, 54, 71, 72, 73."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from tests.flows.application import PASSWORD, Application
from tests.flows.test_races import all_at_once
from tests.flows.visitors import visitor
from tests.receiver import Receiver, answer
from tests.server import Server
from tests.signer import Signer


class Keyed(Application):
    """An application that proves itself by its key in place of a secret."""

    def __init__(self, server: Server, signer: Signer, *options: str) -> None:
        self.signer = signer
        keys = options if "--jwks-uri" in options else ("--jwks", json.dumps(signer.jwks), *options)
        super().__init__(server, "--skip-consent", "--auth-method", "private_key_jwt", *keys)

    def post(self, path: str, **fields: str | None) -> requests.Response:
        form = {**self.signer.proof(self.id, self.server.issuer), **fields}
        sent = {name: value for name, value in form.items() if value is not None}
        return requests.post(f"{self.server.issuer}{path}", data=sent, allow_redirects=False, timeout=30)

    def exchange(self, code: str, **changes: str | None) -> requests.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }
        return self.post("/token", **{**form, **changes})


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer(kid="its-own")


@pytest.fixture(scope="module")
def keyed(server: Server, signer: Signer) -> Keyed:
    return Keyed(server, signer)


def test_71_a_key_opens_every_endpoint(keyed, person):
    tokens = keyed.tokens(person, scope="openid offline_access")
    assert keyed.metadata.get("client_secret") is None
    refreshed = keyed.post("/token", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refreshed.status_code == 200
    token = refreshed.json()["access_token"]
    assert keyed.post("/introspect", token=token).json()["active"] is True
    assert keyed.post("/revoke", token=token).status_code == 200
    assert keyed.post("/introspect", token=token).json() == {"active": False}
    assert keyed.post("/par", **keyed.request()).status_code == 201


@pytest.mark.parametrize("path", ["/token", "/revoke", "/introspect", "/par"])
def test_73_what_fails_is_a_401_without_a_challenge(server, keyed, signer, path):
    elsewhere = {"/token": "/par", "/par": "/revoke", "/revoke": "/introspect", "/introspect": "/revoke"}[path]
    for wrong in (Signer().proof(keyed.id, server.issuer), signer.proof(keyed.id, server.issuer + elsewhere),
                  signer.proof("nobody", server.issuer), signer.proof(keyed.id, server.issuer, exp=1)):  # fmt: skip
        refused = requests.post(server.issuer + path, data={**wrong, "token": "x", "grant_type": "x"}, timeout=30)
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
        assert "WWW-Authenticate" not in refused.headers and refused.headers["Cache-Control"] == "no-store"


def test_one_assertion_sent_fifty_times_at_once_proves_something_once(busy, signer):
    app = Keyed(busy, signer)
    for _ in range(3):
        form = {**signer.proof(app.id, busy.issuer), "token": "x"}
        answers = all_at_once(50, lambda _, form=form: requests.post(f"{busy.issuer}/revoke", data=form, timeout=30))
        assert sorted(answer.status_code for answer in answers) == [200] + [401] * 49
        assert {answer.json()["error"] for answer in answers if answer.status_code == 401} == {"invalid_client"}


def test_one_pushed_request_used_fifty_times_at_once_gives_one_code(busy, signer):
    """By one browser that is signed in; whoever comes second is led to where the first one went."""
    app = Keyed(busy, signer)
    person = visitor(busy)
    app.code(person)
    cookie = {"foyer": person.browser.cookies["foyer"]}
    for _ in range(3):
        word = app.post("/par", **app.request()).json()["request_uri"]
        url = f"{busy.issuer}/authorize?{urlencode({'client_id': app.id, 'request_uri': word})}"
        answers = all_at_once(
            50, lambda _, url=url: requests.get(url, cookies=cookie, allow_redirects=False, timeout=30)
        )
        codes = [answer.headers["Location"] for answer in answers if "code=" in answer.headers.get("Location", "")]
        assert len(codes) == 1
        assert {answer.status_code for answer in answers if "code=" not in answer.headers.get("Location", "")} <= {
            303,
            400,
            410,
        }
        assert app.exchange(app.answer(codes[0])["code"]).status_code == 200


@pytest.fixture
def key_server() -> Iterator[Receiver]:
    running = Receiver()
    yield running
    running.stop()


def test_72_keys_are_fetched_and_a_fetch_that_hangs_holds_nobody_up(idp_server, key_server):
    """OP-CHECKLIST item 7: one process, so whoever else is answered was answered meanwhile."""
    server = idp_server(IDP_WORKERS="1", IDP_OUTGOING_ALLOW="localhost,127.0.0.0/8")
    server.add_user("alice", PASSWORD)
    signer = Signer(kid="there")
    key_server.behave = lambda handler, sent: answer(handler, body=json.dumps(signer.jwks).encode())
    app = Keyed(server, signer, "--jwks-uri", key_server.url("/good"))
    assert app.tokens(visitor(server))["access_token"]
    hanging, asking = (
        Keyed(server, signer, "--jwks-uri", key_server.url(f"/{name}")) for name in ("hangs", "hangs-too")
    )
    key_server.behave = lambda handler, sent: key_server.over.wait(60) and None
    signed = signer.request(
        asking.id, server.issuer, redirect_uri=asking.redirect_uri, response_type="code", scope="openid"
    )
    query = urlencode({"client_id": asking.id, "request": signed, "redirect_uri": asking.redirect_uri})
    ways = (
        lambda: hanging.post("/revoke", token="x"),
        lambda: requests.get(f"{server.issuer}/authorize?{query}", allow_redirects=False, timeout=60),
    )
    answers = []
    with ThreadPoolExecutor(1) as pool:
        for number, ask in enumerate(ways):
            waiting = pool.submit(ask)
            key_server.wait_for(number + 2)
            assert requests.get(f"{server.issuer}/health", timeout=60).status_code == 200
            assert not waiting.done(), "somebody else was answered only after it"
            answers.append(waiting.result(60))
    assert answers[0].status_code == 401 and answers[0].json()["error"] == "invalid_client"
    assert "error=invalid_request_object" in answers[1].headers["Location"]
    events = [json.loads(line) for line in server.idp("audit", "--client", hanging.id, "--json").splitlines()]
    assert any(event.get("reason") == "keys_unreachable" and event["problem"] for event in events)


def test_who_wants_the_same_keys_meanwhile_hangs_nobody_however_the_path_is_spelled(idp_server, key_server):
    server = idp_server(IDP_WORKERS="1", IDP_OUTGOING_ALLOW="localhost,127.0.0.0/8")
    signer = Signer(kid="there")
    app = Keyed(server, signer, "--jwks-uri", key_server.url("/hangs"))
    key_server.behave = lambda handler, sent: key_server.over.wait(60) and None
    signed = signer.request(app.id, server.issuer, redirect_uri=app.redirect_uri, response_type="code", scope="openid")
    query = urlencode({"client_id": app.id, "request": signed, "redirect_uri": app.redirect_uri})

    def ask(path: str) -> int:
        line = HTTPConnection("localhost", server.port, timeout=60)  # requests would spell it as usual
        with closing(line):
            line.request("GET", f"/{path}?{query}")
            return line.getresponse().status

    with ThreadPoolExecutor(3) as pool:
        answers = [pool.submit(ask, "authorize")]
        key_server.wait_for(1)
        answers += [pool.submit(ask, "%61uthorize") for _ in range(2)]
        assert requests.get(f"{server.issuer}/health", timeout=60).status_code == 200
        assert not answers[0].done(), "somebody else was answered only after it"
        assert {each.result() for each in answers} == {303}


def signed(app: Application, signer: Signer, issuer: str, /, **claims: Any) -> str:
    request = {name: value for name, value in app.request().items() if name != "client_id"}
    return signer.request(app.id, issuer, **{**request, **claims})


@pytest.fixture(scope="module")
def signing(server: Server, signer: Signer) -> Application:
    return Application(server, "--skip-consent", "--jwks", json.dumps(signer.jwks))


def at(server: Server, **query: str) -> str:
    return f"{server.issuer}/authorize?{urlencode(query)}"


def test_54_a_signed_request_says_all_there_is_to_say(server, signing, signer, person):
    url = at(server, client_id=signing.id, request=signed(signing, signer, server.issuer, state="inside"))
    back = signing.answer(person.sign_in(url, "alice", PASSWORD))
    assert (
        back["state"] == "inside"
        and signing.claims(signing.exchange(back["code"]).json()["id_token"])["nonce"] == "a nonce"
    )
    person.left_to = None
    person.get(
        at(server, client_id=signing.id, request=signed(signing, signer, server.issuer), state="outside", scope="email")
    )
    again = signing.answer(person.left_to)
    assert again["state"] == "a state", "what is inside wins, at single sign-on too"
    assert signing.exchange(again["code"]).json()["scope"] == "openid profile email groups"


def test_54_it_is_the_address_inside_that_has_to_be_registered(server, signing, signer, person):
    app = signed(signing, signer, server.issuer, redirect_uri="https://evil.example/")
    page = person.get(at(server, client_id=signing.id, request=app, redirect_uri=signing.redirect_uri))
    assert person.left_to is None and "doesn’t match" in page.text


def test_52_a_refusal_goes_to_the_registered_address_beside_it_or_to_a_page(server, signing, signer, person):
    wrong = Signer().request(
        signing.id, server.issuer, redirect_uri=signing.redirect_uri, response_type="code", state="evil"
    )
    person.get(at(server, client_id=signing.id, request=wrong, redirect_uri=signing.redirect_uri, state="mine"))
    refused = signing.answer(person.left_to)
    assert (refused["error"], refused["state"], refused["iss"]) == ("invalid_request_object", "mine", server.issuer)
    for beside in ({}, {"redirect_uri": "https://evil.example/"}):
        person.left_to = None
        page = person.get(at(server, client_id=signing.id, request=wrong, **beside))
        assert person.left_to is None and "can’t be trusted" in page.text


def test_52_of_an_application_without_keys_none_is_supported(server, app, person, signer):
    assert app.ask(person, request=signed(app, signer, server.issuer))["error"] == "request_not_supported"
    assert app.ask(person, request="eyJhbGciOiJub25lIn0.e30.")["error"] == "request_not_supported"


def test_a_signed_request_can_be_pushed(server, signing, signer, person):
    fields = {"request": signed(signing, signer, server.issuer, state="inside")}
    word = signing.post("/par", **fields).json()["request_uri"]
    back = signing.answer(person.sign_in(at(server, client_id=signing.id, request_uri=word), "alice", PASSWORD))
    assert back["state"] == "inside"
    for wrong in (Signer().sign({"x": 1}), signer.request("other", server.issuer), "x"):
        refused = signing.post("/par", request=wrong)
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request_object")
    nested = signer.request(signing.id, server.issuer, request_uri=word)
    assert signing.post("/par", request=nested).json()["error"] == "invalid_request_object"


def test_a_public_application_may_sign_its_requests(server, signer, person):
    public = Application(server, "--skip-consent", "--auth-method", "none", "--jwks", json.dumps(signer.jwks))
    url = at(server, client_id=public.id, request=signed(public, signer, server.issuer))
    back = public.answer(person.sign_in(url, "alice", PASSWORD))
    assert public.exchange(back["code"]).status_code == 200


def test_no_proof_and_no_signed_request_stands_in_a_log(server, keyed, signing, signer, person):
    assertion = signer.assertion(keyed.id, server.issuer, jti=f"seen {secrets.token_hex(8)}")
    requests.post(
        f"{server.issuer}/revoke", data={"client_assertion": assertion, "client_assertion_type": "x"}, timeout=30
    )
    request = signed(signing, signer, server.issuer)
    person.get(at(server, client_id=signing.id, request=request))
    log = server.log() + server.idp("audit", "--json")
    assert assertion not in log and request not in log and assertion.split(".")[2] not in log
