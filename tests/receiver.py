"""`Receiver`: an application's own web server on this machine; keeps what it is sent and answers as it is told."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs


@dataclass(frozen=True)
class Sent:
    """One request that arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    tls: str | None

    @property
    def form(self) -> dict[str, list[str]]:
        """The form in its body."""
        return parse_qs(self.body.decode(), keep_blank_values=True)


class Receiver:
    """A server in threads; `behave` may be set to what it does in place of answering 200."""

    def __init__(self, pem: Path | None = None) -> None:
        self.requests: list[Sent] = []
        self.behave: Callable[[BaseHTTPRequestHandler, Sent], None] = lambda handler, sent: answer(handler)
        self.over = threading.Event()  # for behaviour that hangs: set when the test is
        self._arrived = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who asked may hang up
        if pem is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._scheme = "http" if pem is None else "https"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def url(self, path: str = "/", host: str = "localhost") -> str:
        """An address of it."""
        return f"{self._scheme}://{host}:{self.port}{path}"

    def wait_for(self, count: int, within: float = 30.0) -> list[Sent]:
        """The requests, once there are so many."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.requests) >= count, within), self.requests
            return list(self.requests)

    def stop(self) -> None:
        """Listen no more."""
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                tls = self.connection.version() if isinstance(self.connection, ssl.SSLSocket) else None
                sent = Sent(self.command, self.path, dict(self.headers.items()), body, tls)
                with receiver._arrived:
                    receiver.requests.append(sent)
                    receiver._arrived.notify_all()
                receiver.behave(self, sent)

            do_GET = do_POST = handle_any  # noqa: N815  the names that http.server looks for

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler


def answer(
    handler: BaseHTTPRequestHandler,
    status: int = 200,
    body: bytes = b"",
    content_type: str = "text/plain",
    **headers: str,
) -> None:
    """Send a whole answer."""
    handler.send_response(status)
    for name, value in {"Content-Type": content_type, "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)
