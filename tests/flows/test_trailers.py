"""What stands behind a chunked body: nothing of it is believed, and there is not room for much (RFC 9110 6.5.1)."""

from __future__ import annotations

import contextlib

from tests.flows import wire
from tests.server import Server

CHUNK = b"X1: " + b"a" * 60_000 + b"\r\n"


def start_of_a_request(server: Server) -> bytes:
    host = server.issuer.removeprefix("http://")
    return (
        f"POST /token HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        "Transfer-Encoding: chunked\r\n\r\n0\r\n"
    ).encode()


def test_a_trailer_is_no_header(server):
    plain = wire.send(server, start_of_a_request(server) + b"\r\n")
    with_one = wire.send(server, start_of_a_request(server) + b"Authorization: Basic eDp5\r\n\r\n")
    assert plain.status == with_one.status == 401
    assert plain.body == with_one.body, "the credentials in the trailer were looked at"


def test_endless_trailers_are_cut_off(server):
    sent = 0
    with wire.connect(server) as connection:
        connection.sendall(start_of_a_request(server))
        with contextlib.suppress(OSError):
            for _ in range(500):  # thirty megabytes
                connection.sendall(CHUNK)
                sent += len(CHUNK)
    assert sent < 20_000_000, "everything was taken"
