"""HTTP by hand, for what no well-behaved library sends."""

from __future__ import annotations

import contextlib
import http.client
import socket
from dataclasses import dataclass

from tests.flows.visitors import new_address
from tests.server import Server


@dataclass
class Reply:
    """An answer as it came; `status` is 0 where the connection was closed without one."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The one header of this name; two of them are an error."""
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(found) <= 1, f"{name} is repeated: {found}"
        return found[0] if found else None


def connect(server: Server, address: str | None = None) -> socket.socket:
    """A connection from an address of this machine, a fresh one unless it is named."""
    return socket.create_connection(
        ("127.0.0.1", server.port), timeout=30, source_address=(address or new_address(), 0)
    )


def send(server: Server, request: bytes, address: str | None = None) -> Reply:
    """Send bytes and read the answer to its end."""
    with connect(server, address) as connection:
        with contextlib.suppress(
            BrokenPipeError, ConnectionResetError
        ):  # refused before its end; the answer may be there
            connection.sendall(request)
        return read(connection)


def read(connection: socket.socket) -> Reply:
    """The answer that comes on a connection."""
    response = http.client.HTTPResponse(connection)
    try:
        response.begin()
        return Reply(response.status, response.getheaders(), response.read())
    except (http.client.BadStatusLine, ConnectionResetError, http.client.IncompleteRead):
        return Reply(0, [], b"")
    finally:
        response.close()


def request(
    server: Server, target: str, *headers: str, method: str = "GET", body: bytes = b"", host: str = ""
) -> bytes:
    """The bytes of a request that ends its connection; headers are whole lines."""
    lines = [
        f"{method} {target} HTTP/1.1",
        f"Host: {host or server.issuer.partition('//')[2]}",
        "Connection: close",
        *headers,
    ]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("utf-8") + body
