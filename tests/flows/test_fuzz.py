"""Thousands of bad requests to every endpoint: never a 5xx, a traceback, or an address that isn't ours or registered.

What is done to the requests is the same in every run; IDP_TEST_FUZZ says how many the endpoints of applications get, and
pages and forms get their share of that number.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import secrets
import socket
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests

from tests.flows import records
from tests.flows.application import PASSWORD, Application
from tests.flows.fuzzing import Fuzzer, Pairs
from tests.flows.rooms import Rooms
from tests.flows.television import DEVICE_CODE, Television, type_code
from tests.flows.visitors import visitor
from tests.flows.wire import Reply, connect, read
from tests.person import Page, Person
from tests.post_office import PostOffice
from tests.security_key import SecurityKey, add_passkey, options_on
from tests.server import Server
from tests.signer import Signer

TIMES = int(os.environ.get("IDP_TEST_FUZZ", "3000"))  # for the endpoints that applications call; pages get a third
# These hash, or need a sign-in each: they get a thirtieth.
SLOW = {
    "device_decision",
    "login",
    "consent",
    "access",
    "setup",
    "invitation",
    "sign_in_link",
    "strength",
    "logout",
    "interaction_page",
    "setup_page",
}
FAST = {"authorize", "authorize_by_post", "token", "token_by_basic", "userinfo", "userinfo_by_post",
        "refresh", "revoke", "introspect", "par", "by_a_key", "pushed", "signed", "device_authorization", "device_token", "webfinger"}  # fmt: skip
FORMS = {"rooms": 6}  # a round through the forms of account and administration, each a few times
FRESH_EVERY = 150  # requests; what a good request needs is used up by some of them
FRESH_FORM_EVERY = 10
REGISTERED = "https://app.example/callback"
Target = tuple[str, str, list[str], Pairs, Pairs]  # method, path, headers, query, form


@pytest.fixture(scope="module")
def house(idp_server: Callable[..., Server], post_office: PostOffice) -> Server:
    """A provider that sends mail, for the forms of people and administrators: what these change disturbs no other test."""
    return idp_server(IDP_WORKERS="2", IDP_SMTP_URL=post_office.url(), IDP_MAIL_FROM="Foyer <id@example.org>")


@pytest.fixture(scope="module")
def target(idp_server: Callable[..., Server]) -> Server:
    server = idp_server(IDP_WORKERS="2")
    server.add_user("alice", PASSWORD)
    server.idp("group", "add", "family")
    return server


class Aims:
    """Good requests to each endpoint, with all that they need."""

    def __init__(self, server: Server, house: Server) -> None:
        self.server = server
        self._house = house
        self._rooms: Rooms | None = None
        self.app = Application(server, "--skip-consent")
        self.asking = Application(server)
        self.closed = Application(server, "--skip-consent", "--group", "family")
        self.safe = Application(server, "--skip-consent", "--require-mfa")
        self.leaving = Application(server, "--skip-consent", "--post-logout-redirect-uri", REGISTERED)
        self.television = Television(server)
        self.signer = Signer()
        keys = ("--jwks", json.dumps(self.signer.jwks))
        self.keyed = Application(server, "--skip-consent", "--auth-method", "private_key_jwt", *keys)
        self.signing = Application(server, "--skip-consent", *keys)
        self.key = add_passkey(self._newcomer())
        self.person = visitor(server)
        self.tokens = self.app.tokens(self.person, "alice")

    def cookie(self, person: Person) -> list[str]:
        return [f"Cookie: foyer={person.browser.cookies['foyer']}"]

    def authorize(self) -> Target:
        more = {"prompt": "none", "max_age": "100", "claims": '{"userinfo":{"email":null}}', "ui_locales": "en",
                "id_token_hint": self.tokens["id_token"], "response_mode": "query", "acr_values": "aal1"}  # fmt: skip
        return "GET", "/authorize", self.cookie(self.person), list(self.app.request(**more).items()), ()

    def authorize_by_post(self) -> Target:
        _, path, cookie, query, _ = self.authorize()
        return "POST", path, cookie, (), query

    def token(self) -> Target:
        form = {"grant_type": "authorization_code", "code": self.app.ask(self.person)["code"], "redirect_uri": REGISTERED,
                "code_verifier": self.app.verifier, "client_id": self.app.id, "client_secret": self.app.secret or ""}  # fmt: skip
        return "POST", "/token", [], (), list(form.items())

    def token_by_basic(self) -> Target:
        basic = base64.b64encode(f"{self.app.id}:{self.app.secret}".encode()).decode()
        return "POST", "/token", [f"Authorization: Basic {basic}"], (), self.token()[4][:4]

    def _own(self, **fields: str) -> Pairs:
        return list({**fields, "client_id": self.app.id, "client_secret": self.app.secret or ""}.items())

    def refresh(self) -> Target:
        tokens = self.app.tokens(self.person, "alice", scope="openid offline_access")
        form = self._own(grant_type="refresh_token", refresh_token=tokens["refresh_token"], scope="openid")
        return "POST", "/token", [], (), form

    def revoke(self) -> Target:
        token = self.app.tokens(self.person, "alice")["access_token"]
        return "POST", "/revoke", [], (), self._own(token=token, token_type_hint="access_token")

    def introspect(self) -> Target:
        form = self._own(token=self.tokens["access_token"], token_type_hint="access_token")
        return "POST", "/introspect", [], (), form

    def _device(self, **fields: str) -> Pairs:
        return list({**fields, "client_id": self.television.id, "client_secret": self.television.secret or ""}.items())

    def device_authorization(self) -> Target:
        return "POST", "/device_authorization", [], (), self._device(scope="openid profile")

    def device_token(self) -> Target:
        form = self._device(grant_type=DEVICE_CODE, device_code=self.television.code()["device_code"])
        return "POST", "/token", [], (), form

    def device(self) -> Target:
        person, code = visitor(self.server), self.television.code()["user_code"]
        fields = person.get("/device").form_with("user_code").fields
        return "POST", "/device", self.cookie(person), (), [*{**fields, "user_code": code}.items()]

    def device_page(self) -> Target:
        return "GET", "/device", [], [("user_code", "WDJB-MJHT")], ()

    def device_decision(self) -> Target:
        person, code = visitor(self.server), self.television.code()["user_code"]
        type_code(person, code)
        form = person.submit(username="alice", password=PASSWORD).form_with("decision")
        path, _, query = form.action.partition("?")
        step = [tuple(query.split("="))]
        return "POST", path, self.cookie(person), step, [*{**form.fields, "decision": "allow"}.items()]  # type: ignore[return-value]

    def webfinger(self) -> Target:
        query = [("resource", "acct:alice@example.org"), ("rel", "http://openid.net/specs/connect/1.0/issuer")]
        return "GET", "/.well-known/webfinger", [], query, ()

    def par(self) -> Target:
        return "POST", "/par", [], (), [*self.authorize()[3], ("client_secret", self.app.secret or "")]

    def by_a_key(self) -> Target:
        proof = self.signer.proof(self.keyed.id, self.server.issuer)
        return "POST", "/revoke", [], (), [*proof.items(), ("client_id", self.keyed.id), ("token", "at_x")]

    def pushed(self) -> Target:
        word = self.app.post("/par", **self.app.request()).json()["request_uri"]
        return "GET", "/authorize", self.cookie(self.person), [("client_id", self.app.id), ("request_uri", word)], ()

    def signed(self) -> Target:
        inside = {name: value for name, value in self.signing.request().items() if name != "client_id"}
        query = {"client_id": self.signing.id, "request": self.signer.request(self.signing.id, self.server.issuer, **inside),
                 "redirect_uri": REGISTERED, "state": "outside"}  # fmt: skip
        return "GET", "/authorize", self.cookie(self.person), list(query.items()), ()

    def userinfo(self) -> Target:
        return "GET", "/userinfo", [f"Authorization: Bearer {self.tokens['access_token']}"], [("x", "y")], ()

    def userinfo_by_post(self) -> Target:
        return "POST", "/userinfo", [], (), [("access_token", self.tokens["access_token"])]

    def registration(self) -> Target:
        token = self.server.idp_json("registration-token", "add", "Fuzz")["initial_access_token"]
        answer = requests.post(
            f"{self.server.issuer}/register", json={"redirect_uris": [REGISTERED]}, headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        ).json()  # fmt: skip
        headers = [f"Authorization: Bearer {answer['registration_access_token']}"]
        return "GET", "/register", headers, [("client_id", answer["client_id"]), ("x", "y")], ()

    def _step(self, app: Application, sign_in: bool, **fields: str) -> Target:
        person = visitor(self.server)
        page = person.get(app.url(prompt="consent" if app is self.asking else None))
        if sign_in:
            page = person.submit(username="alice", password=PASSWORD)
        form = page.form_with(next(iter(fields)))
        path, _, query = form.action.partition("?")
        step = [tuple(query.split("="))]
        return "POST", path, self.cookie(person), step, [*{**form.fields, **fields}.items()]  # type: ignore[return-value]

    def login(self) -> Target:
        return self._step(self.app, False, username="bob", password="wrong")  # nobody else is locked out by that

    def passkey(self) -> Target:
        person = visitor(self.server)
        return self._passkey(person, person.get(self.app.url()), self.key.sign)

    def passkey_enrolment(self) -> Target:
        person = self._newcomer()
        return self._passkey(person, person.submit(choose="passkey"), SecurityKey(self.server.issuer).create)

    def _newcomer(self) -> Person:
        person, name = visitor(self.server), f"new{secrets.token_hex(4)}"
        self.server.add_user(name, PASSWORD)
        person.get(self.safe.url())
        person.submit(username=name, password=PASSWORD)
        return person

    def _passkey(self, person: Person, page: Page, answer: Callable[[dict[str, Any]], str]) -> Target:
        form = page.form_with("passkey")
        path, _, query = form.action.partition("?")
        step = [tuple(query.split("="))]
        fields = {**form.fields, "passkey": answer(options_on(page))}
        return "POST", path, self.cookie(person), step, [*fields.items()]  # type: ignore[return-value]

    def consent(self) -> Target:
        return self._step(self.asking, True, decision="allow")

    def access(self) -> Target:
        return self._step(self.closed, True, decision="back")

    def interaction_page(self) -> Target:
        return "GET", *self.login()[1:4], ()

    def _setup(self) -> tuple[list[str], Pairs, dict[str, str]]:
        link = self.server.idp("setup-link").strip()
        person = visitor(self.server)
        fields = person.get(link).form_with("password").fields
        return self.cookie(person), [("link", link.partition("link=")[2])], fields

    def setup(self) -> Target:
        cookie, query, fields = self._setup()
        return (
            "POST",
            "/setup",
            cookie,
            query,
            [*{**fields, "username": "olga", "email": "x", "password": "short"}.items()],
        )

    def strength(self) -> Target:
        cookie, query, fields = self._setup()
        return "POST", "/setup/strength", cookie, query, [*{**fields, "password": "some words"}.items()]

    def setup_page(self) -> Target:
        return "GET", "/setup", *self._setup()[:2], ()

    def logout(self) -> Target:
        person = visitor(self.server)
        self.app.code(person)
        fields = person.get("/logout").form_with("decision").fields
        return "POST", "/logout", self.cookie(person), (), [*{**fields, "decision": "logout"}.items()]

    def end_session(self) -> Target:
        person = visitor(self.server)
        query = {"id_token_hint": self.leaving.tokens(person)["id_token"], "client_id": self.leaving.id, "state": "a state",
                 "post_logout_redirect_uri": REGISTERED, "ui_locales": "en", "logout_hint": "alice"}  # fmt: skip
        return "GET", "/logout", self.cookie(person), list(query.items()), ()

    def end_session_by_post(self) -> Target:
        _, path, cookie, query, _ = self.end_session()
        return "POST", path, cookie, (), query

    def account(self) -> Target:
        return "GET", "/account", self.cookie(self.person), [("welcome", "1")], ()

    def documents(self) -> Target:
        return "GET", "/.well-known/openid-configuration", ['If-None-Match: "x"'], [("v", "1")], ()

    def authorization_server(self) -> Target:
        return "GET", "/.well-known/oauth-authorization-server", ['If-None-Match: "x"'], [("v", "1")], ()

    def jwks(self) -> Target:
        return "GET", "/jwks", ['If-None-Match: "x"', "Origin: https://app.example"], [("v", "1")], ()

    def health(self) -> Target:
        return "GET", "/health", [], (), ()

    def forgot_password(self) -> Target:
        person = visitor(self._house)
        form = person.get("/forgot-password").form_with("username")
        return "POST", form.action, self.cookie(person), (), [*{**form.fields, "username": "alice"}.items()]

    def sign_in_link(self) -> Target:
        self._rooms = self._rooms or Rooms(self._house)
        link = self._house.idp_json("user", "link", self._rooms.name)["link"]
        person = visitor(self._house)
        form = person.get(link).form_with("link")
        return "POST", form.action, self.cookie(person), (), [*form.fields.items()]

    def invitation(self) -> Target:
        link = self._house.idp_json("invitation", "add", "--uses", "100")["link"]
        person = visitor(self._house)
        form = person.get(link).form_with("username")
        path, _, query = form.action.partition("?")
        fields = {
            **form.fields,
            "username": f"guest{secrets.token_hex(4)}",
            "email": "guest@example.org",
            "password": "short",
        }
        return "POST", path, self.cookie(person), parse_qsl(query), [*fields.items()]

    def rooms(self) -> Target:
        self._rooms = self._rooms or Rooms(self._house)
        form = self._rooms.next()
        path, _, query = form.action.partition("?")
        cookie = self.cookie(self._rooms.person)
        if form.method == "get":
            return "GET", path, cookie, form.pairs, ()
        return "POST", path, cookie, parse_qsl(query), form.pairs


ENDPOINTS = [name for name in vars(Aims) if not name.startswith("_") and name != "cookie"]
IN_THE_HOUSE = {"forgot_password", "sign_in_link", "invitation", "rooms"}


@pytest.fixture(scope="module")
def aims(target: Server, house: Server) -> Aims:
    return Aims(target, house)


def requests_to(aims: Aims, server: Server, name: str, fuzzer: Fuzzer) -> Iterator[tuple[bytes, bool]]:
    """The requests, and whether each is well-formed HTTP with an answer that says how long it is."""
    own = server.issuer.partition("//")[2]
    share = 1 if name in FAST else 30 if name in SLOW else FORMS.get(name, 3)
    for number in range(TIMES // share):
        if number % (FRESH_FORM_EVERY if name in FORMS else FRESH_EVERY) == 0:
            method, path, headers, query, form = getattr(aims, name)()
        raw_query, body = fuzzer.fields(query) if query else b"", fuzzer.fields(form) if form else b""
        lines = [f"Host: {own}", *headers]
        if method == "POST":
            media = "application/x-www-form-urlencoded"
            if fuzzer.random() < 0.03:
                media = fuzzer.choice(
                    ("application/json", "multipart/form-data; boundary=x", "text/plain", "", "a/b/c")
                )
            lines += [f"Content-Type: {media}", f"Content-Length: {len(body)}"]
        if fuzzer.random() < 0.05 and headers:
            key, _, value = headers[0].partition(": ")
            lines.append(f"{key}: {fuzzer.value(value)[:500]}".replace("\r", "").replace("\n", ""))
        verb = method
        if fuzzer.random() < 0.03:
            verb = fuzzer.choice(("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get", "FOO"))
        head = f"{verb} {path}".encode() + (b"?" + raw_query if raw_query else b"") + b" HTTP/1.1\r\n"
        raw = head + "\r\n".join(lines).encode("utf-8", "surrogatepass") + b"\r\n\r\n" + body
        if fuzzer.random() < 0.1:
            yield fuzzer.spoilt(raw), False
        else:
            yield raw, verb != "HEAD"


def problem_of(reply: Reply, issuer: str) -> str | None:
    """What is wrong with an answer, whatever the request was."""
    if reply.status >= 500 and reply.status != 501:  # 501: a method that doesn't exist, RFC 9110 15.6.2
        return f"status {reply.status}"
    places = [value for name, value in reply.headers if name.lower() in ("location", "refresh")]
    places += [found.decode() for found in re.findall(rb'action="([^"]*)"', reply.body)]
    for place in places:
        inside = re.match(r"/(?![/\\])", place) or place.startswith(issuer + "/")
        if not inside and not re.match(re.escape(REGISTERED) + r"(\?|$)", place):
            return f"leads to {place!r}"
    return "a traceback" if b"Traceback (most recent" in reply.body else None


class Line:
    """A connection that is made anew when it can't be trusted any more, now and then from another address."""

    def __init__(self, server: Server) -> None:
        self._server, self._uses = server, 0
        self._socket: socket.socket | None = None

    def send(self, raw: bytes, well_formed: bool) -> Reply:
        if self._socket is None:
            self._socket, self._uses = connect(self._server), 0
        self._uses += 1
        try:
            self._socket.sendall(raw)
            if not well_formed:
                self._socket.shutdown(socket.SHUT_WR)  # or the provider would wait for the other half
            reply = read(self._socket)
        except OSError:
            reply = Reply(0, [], b"")
        ended = not reply.status or reply.header("Connection") == "close"
        if ended or not well_formed or self._uses == 40 or len(raw) > 8_000:  # a long body may be left unread
            self.close()
        return reply

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None


@pytest.fixture(autouse=True)
def forgiven(target: Server, house: Server) -> None:
    """Thousands of wrong passwords shut everybody out, as they should; the next endpoint begins anew."""
    for server in (target, house):
        records.change(server, "DELETE FROM throttles")


@pytest.mark.parametrize("name", ENDPOINTS)
def test_no_bad_request_makes_the_provider_fail_or_lead_astray(target, house, aims, name):
    """OP-CHECKLIST item 5."""
    server = house if name in IN_THE_HOUSE else target
    fuzzer, seen, log_before = Fuzzer(zlib.crc32(name.encode())), Counter[int](), len(server.log())
    with contextlib.closing(Line(server)) as line:
        for number, (raw, well_formed) in enumerate(requests_to(aims, server, name, fuzzer)):
            reply = line.send(raw, well_formed)
            assert reply.status or not well_formed or len(raw) > 8_000, f"request {number}: no answer\n{raw[:3_000]!r}"
            wrong = problem_of(reply, server.issuer)
            assert wrong is None, f"request {number}: {wrong}\n{raw[:3_000]!r}\n{reply}"
            seen[reply.status] += 1
    log = server.log()[log_before:]
    assert "Traceback" not in log and " ERROR " not in log, log[-3_000:]
    assert len(seen) > 1 or name == "health" or seen.total() < 50, f"the requests were all alike: {seen}"


def test_the_provider_serves_people_after_all_of_this(target):
    own = Application(target, "--skip-consent")
    assert target.is_running and own.tokens(visitor(target))["id_token"]
