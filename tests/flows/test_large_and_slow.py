"""What is too large is refused before it is read, and who is slow keeps nobody waiting (SECURITY 5: limits)."""

from __future__ import annotations

import contextlib

import pytest
import requests

from tests.flows.application import PASSWORD
from tests.flows.visitors import visitor
from tests.flows.wire import Reply, connect, read, request, send

FORM = "Content-Type: application/x-www-form-urlencoded"


def post(server, path: str, body: bytes, *headers: str) -> Reply:
    return send(server, request(server, path, FORM, *headers, method="POST", body=body))


@pytest.mark.parametrize(
    "path", ["/token", "/authorize", "/userinfo", "/logout", "/setup", "/interaction/x", "/nothing"]
)
def test_a_body_over_64_kib_is_refused_before_it_comes(server, path):
    head = request(server, path, FORM, "Content-Length: 65537", method="POST")
    assert send(server, head).status == 413
    assert send(server, head.replace(b"65537", b"999999999")).status == 413
    chunked = request(server, path, FORM, "Transfer-Encoding: chunked", method="POST")
    assert send(server, chunked + b"4000\r\n" + b"a" * 0x4000 + b"\r\n" + (b"4000\r\n" + b"a" * 0x4000 + b"\r\n") * 4 +
                b"0\r\n\r\n").status in (413, 0)  # fmt: skip


def test_a_body_of_64_kib_is_read(server):
    reply = post(server, "/token", b"x=" + b"a" * 65_534)
    assert reply.status == 401 and b"invalid_client" in reply.body


def test_a_body_that_is_cut_off_is_refused(server):
    with connect(server) as connection:
        connection.sendall(request(server, "/token", FORM, "Content-Length: 100", method="POST") + b"abc")
        connection.shutdown(1)
        assert read(connection).status in (400, 0)


@pytest.mark.parametrize("headers, status", [
    (["X: " + "a" * 33_000], 431), (["X: " + "a" * 100_000], 431), ([f"X{n}: y" for n in range(8_000)], 431),
    (["Cookie: " + "a=b; " * 6_000], 303), (["Content-Length: x"], 400), (["Content-Length: -1"], 400),
    (["Transfer-Encoding: gzip, chunked"], 400), (["Authorization: a", "Authorization: b"], 400),
], ids=lambda value: str(value)[:30])  # fmt: skip
def test_headers_have_a_limit_and_are_not_ambiguous(server, headers, status):
    assert send(server, request(server, "/account", *headers)).status == status


@pytest.mark.parametrize(
    "length, statuses", [(8_000, {200, 303, 400}), (8_300, {400}), (9_000, {414}), (60_000, {400, 414, 431, 0})]
)
def test_addresses_have_a_limit(server, app, length, statuses):
    reply = send(server, request(server, "/authorize?x=" + "a" * (length - 13)))
    assert reply.status in statuses


@pytest.mark.parametrize(
    "changes", [{"state": "s" * 4_097}, {"nonce": "n" * 513}, {"scope": "openid " * 60}], ids=lambda c: [*c]
)
def test_single_parameters_have_limits_that_the_application_is_told(app, person, changes):
    assert app.ask(person, **changes)["error"] in ("invalid_request", "invalid_scope")


def test_a_request_has_at_most_a_hundred_parameters(app, person):
    assert person.get(app.url() + "&a=b" * 200).status == 400
    assert app.token([("a", "b")] * 101).status_code == 400


@pytest.mark.parametrize(
    "query", ["x=\u0e3e", "redirect_uri=\u00e4", "x=\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")]
)
@pytest.mark.parametrize("path", ["/authorize", "/userinfo", "/account", "/setup", "/nothing"])
def test_bytes_that_an_address_can_not_have_are_refused(server, path, query):
    assert 400 <= send(server, request(server, f"{path}?{query}")).status < 500


@pytest.mark.parametrize(
    "path", ["/account%00", "/account%ff", "/%5caccount", "*", "//", "/account%0a", "/\u00e4", "/account#x"]
)
def test_odd_paths_lead_nowhere(server, path):
    assert send(server, request(server, path)).status in (400, 404, 0) or path == "/account#x"


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "FOO", "get", "PROPFIND"])
def test_unknown_methods_are_refused(server, method):
    assert send(server, request(server, "/account", method=method)).status in (0, 400, 405, 501)


def test_a_request_can_not_be_smuggled_behind_another(server):
    inner = request(server, "/jwks")
    both = request(
        server, "/token", FORM, f"Content-Length: {5 + len(inner)}", "Transfer-Encoding: chunked", method="POST"
    )
    with connect(server) as connection:
        connection.sendall(both.replace(b"Connection: close\r\n", b"") + b"0\r\n\r\n" + inner)
        first = read(connection)
        assert first.status in (400, 401)
        with contextlib.suppress(ConnectionResetError):
            assert b"keys" not in connection.recv(65_536), "what follows is never served as a request of its own"


def test_many_who_send_slowly_keep_nobody_waiting(server, app):
    with contextlib.ExitStack() as slow:
        bodies = [slow.enter_context(connect(server)) for _ in range(30)]
        for connection in bodies:
            connection.sendall(request(server, "/token", FORM, "Content-Length: 50", method="POST") + b"grant")
        for _ in range(30):
            slow.enter_context(connect(server)).sendall(b"GET /authorize?client_id=")
        for _ in range(5):  # enough to meet every process
            assert requests.get(f"{server.issuer}/health", timeout=10).status_code == 200
            assert app.tokens(visitor(server))["id_token"]
        for connection in bodies:
            connection.sendall(b"_")
        assert {read(connection).status for connection in bodies} <= {408, 0}, (
            "and a body has to come as a whole in time"
        )


def test_a_password_is_hashed_once_however_long_it_is(app, person):
    person.get(app.url())
    for password in ("x" * 60_000, "\u00e4" * 9_000, PASSWORD + "\0"):
        assert person.submit(username="alice", password=password).status in (400, 413)
