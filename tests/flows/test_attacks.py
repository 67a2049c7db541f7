"""What must never happen (SECURITY 1b, 5): headers that lie, redirects that leave, forged forms, frames, bad log lines."""

from __future__ import annotations

import json
import re

import pytest
import requests

from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import new_address, visitor
from tests.flows.wire import request, send
from tests.server import Server


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost", "localhost:1", "127.0.0.1", "localhost.evil.example", "a,b"]
)
@pytest.mark.parametrize(
    "target", ["/authorize", "/account", "/token", "/setup", "/static/none", "/logout", "/nothing"]
)
def test_no_other_host_name_is_served(server, host, target):
    reply = send(server, request(server, target, host=host))
    assert reply.status == 421 and b"evil" not in reply.body and reply.header("Location") is None


def test_a_missing_or_second_host_is_refused(server):
    own = server.issuer.partition("//")[2]
    for head in (
        b"GET /account HTTP/1.1\r\n",
        f"GET /account HTTP/1.1\r\nHost: {own}\r\nHost: evil.example\r\n".encode(),
        f"GET /account HTTP/1.1\r\nHost: evil.example\r\nHost: {own}\r\n".encode(),
        b"GET /account HTTP/1.0\r\n",
    ):
        assert send(server, head + b"Connection: close\r\n\r\n").status in (400, 421)


TRICKS = [
    "SCRIPT_NAME: //evil.example", "Script-Name: /evil", "PATH_INFO: /jwks", "X-Forwarded-Host: evil.example",
    "X-Forwarded-Proto: https", "X-Forwarded-Prefix: //evil.example", "Forwarded: for=1.1.1.1;host=evil.example",
    "X-Original-URL: /setup", "X-Rewrite-URL: /setup", "Remote-User: alice", "Remote_User: alice", "X_Forwarded_For: 6.6.6.6",
    "X-Forwarded-For: 6.6.6.6", "X-Real-IP: 6.6.6.6", "X-HTTP-Method-Override: DELETE", "Front-End-Https: on",
    "X-Forwarded-User: alice", "X-Auth-Request-User: alice",
]  # fmt: skip


@pytest.mark.parametrize("trick", TRICKS)
def test_no_header_of_a_stranger_changes_an_address_a_person_or_a_path(server, trick):
    plain, tricked = (send(server, request(server, "/account", *more)) for more in ((), (trick,)))
    assert plain.status == tricked.status == 303
    for reply in (plain, tricked):
        assert re.fullmatch(r"/interaction/[0-9a-f]{32}", reply.header("Location") or "")
    page = send(server, request(server, "/authorize", trick))
    assert page.status == 400 and b"evil" not in page.body


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X_Forwarded_For", "X-Real-IP", "Forwarded"])
def test_the_address_in_the_log_is_the_one_that_connected(server, name):
    address, marker = new_address(), "cl_" + new_address()
    body = f"grant_type=authorization_code&client_id={marker}&code=x".encode()
    head = ["Content-Type: application/x-www-form-urlencoded", f"{name}: 6.6.6.6, 7.7.7.7"]
    assert send(server, request(server, "/token", *head, method="POST", body=body), address).status == 401
    event = json.loads(server.idp("audit", "--client", marker, "--json"))
    assert event["address"] == address


def test_a_proxy_that_is_trusted_is_believed_once(idp_server):
    server = idp_server(IDP_TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8")
    for sent, believed in (("6.6.6.6", "6.6.6.6"), ("9.9.9.9, 6.6.6.6", "6.6.6.6"), ("9.9.9.9, 10.1.2.3", "9.9.9.9"),
                           ("nonsense, 10.1.2.3", "10.1.2.3"), ("", "127.0.0.1")):  # fmt: skip
        marker = "cl_" + new_address()
        requests.post(
            f"{server.issuer}/token", data={"client_id": marker}, headers={"X-Forwarded-For": sent}, timeout=10
        )
        assert json.loads(server.idp("audit", "--client", marker, "--json"))["address"] == believed, sent


@pytest.mark.parametrize("target", [
    "//evil.example/account", "/\\evil.example", "/account/..//evil.example", "/%2f%2fevil.example", "/.//evil.example",
    "http://evil.example/account", "/interaction//evil.example", "/account?next=//evil.example",
    "/account?next=https:evil.example", "/logout?post_logout_redirect_uri=https://evil.example", "/%5cevil.example",
    "/interaction/x?next=https://evil.example", "/setup?next=https://evil.example", "/?next=https://evil.example",
    "/static/..%2f..%2fevil.example", "/account%0d%0aLocation:%20https://evil.example",
])  # fmt: skip
def test_nobody_is_sent_to_another_site(server, target):
    reply = send(server, request(server, target))
    location = reply.header("Location") or ""
    assert reply.status < 500 and reply.status not in (307, 308) and "evil" not in location
    assert re.fullmatch(r"(/(?![/\\])[!-~]*)?", location)


@pytest.fixture(scope="module")
def waiting(asking_app, server):
    """Alice before a decision about consent: her browser and the page's address."""
    person = visitor(server)
    person.get(asking_app.url(prompt="consent"))
    page = person.submit(username="alice", password=PASSWORD)
    return person, page


@pytest.mark.parametrize("token", [None, "", "x", "other"])
def test_no_form_is_taken_without_the_token_of_its_own_browser(waiting, server, app, token):
    """OP-CHECKLIST item 68."""
    person, page = waiting
    setup = server.idp("setup-link").strip()
    if token == "other":
        stranger = visitor(server)
        token = stranger.get(app.url()).form_with("password").fields["csrf_token"]
    more = {} if token is None else {"csrf_token": token}
    for address, fields in ((page.url, {"decision": "allow"}), (f"{server.issuer}/logout", {"decision": "logout"}),
                            (setup, {"username": "evil", "email": "e@example.org", "password": PASSWORD}),
                            (setup.replace("/setup", "/setup/strength"), {"password": PASSWORD})):  # fmt: skip
        answer = person.browser.post(address, data={**fields, **more}, allow_redirects=False)
        assert answer.status_code == 400 and "Location" not in answer.headers
        assert "form can" in answer.text
    assert person.get(page.url).offers("decision"), "nothing happened"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_form_is_taken_that_the_browser_says_another_site_sent(waiting, server, site):
    person, page = waiting
    form = person.get(page.url).form_with("decision")
    answer = person.browser.post(
        server.issuer + form.action, data={**form.fields, "decision": "allow"}, headers={"Sec-Fetch-Site": site},
        allow_redirects=False,
    )  # fmt: skip
    assert answer.status_code == 403 and "Location" not in answer.headers


def pages(server: Server, app: Application, waiting):
    person, page = waiting
    yield from (person.get(path).response for path in (page.url, "/account", "/logout", "/nothing", "/authorize"))
    yield visitor(server).get(app.url()).response
    yield visitor(server).get("/setup").response
    yield visitor(server).get(app.url(response_mode="form_post", prompt="none")).response


def test_no_page_can_be_framed_guessed_kept_or_scripted(server, app, waiting):
    """OP-CHECKLIST item 67."""
    for answer in pages(server, app, waiting):
        headers, policy = answer.headers, answer.headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY" and "frame-ancestors 'none'" in policy
        assert "default-src 'none'" in policy and "base-uri 'none'" in policy and "object-src 'none'" in policy
        assert "unsafe" not in policy and "*" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store" and "Access-Control-Allow-Origin" not in headers
        if "/account" in answer.url:  # the others may be shown in an application's popup
            assert headers["Cross-Origin-Opener-Policy"].startswith("same-origin")
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in headers, "on http it would mean nothing"
        assert "Werkzeug" not in str(headers) and "Python" not in str(headers)


EVIL = [
    "x\nINFO sign_in user=admin",
    "x\r\n2026 INFO",
    "x\x1b[2Jcleared",
    "x\u2028y",
    "x\u202eevil",
    "x\x00y",
    'x" user="admin',
    "x\x85y",
]


@pytest.mark.parametrize("text", EVIL, ids=ascii)
def test_nothing_that_is_sent_makes_a_second_or_a_disguised_log_line(app, server, text):
    before = len(server.log())
    person = visitor(server)
    person.get(app.url(client_id=text))
    page = person.get(app.url())
    assert page.offers("password")
    person.submit(username=text, password="wrong")
    app.token({"client_id": text, "client_secret": text, "grant_type": text, "code": text})
    person.browser.get(f"{server.issuer}/nothing", headers={"User-Agent": "x"}, params={"q": text})
    added = server.log()[before:]
    assert added.count("sign_in.refused") == 1
    for line in added.splitlines(keepends=True):
        assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} (INFO|WARNING|ERROR) [a-z_.]+ ", line), repr(line)
        assert re.fullmatch(r"[ -~]*\n", line), "printable ASCII in one line"
        assert line.count('user="') <= 1
    for line in server.idp("audit", "--since", "1m").splitlines():
        assert line.isprintable()
