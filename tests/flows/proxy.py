"""A reverse proxy in front of a provider, which does what others do wrong."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.structures import CaseInsensitiveDict


@dataclass
class Between:
    """What a reverse proxy does wrong with what our own server asks; the browser is served as it should be."""

    target: str = ""
    status: int | None = None
    redirect: str = ""
    without: str = ""  # a header that it removes
    adds: dict[str, str] = field(default_factory=dict)  # to answers
    passes: dict[str, str] = field(default_factory=dict)  # besides what it was sent
    replaces: tuple[bytes, bytes] = (b"", b"")


class Proxy(http.server.BaseHTTPRequestHandler):
    """A reverse proxy in front of the provider."""

    between: Between

    def do_GET(self) -> None:
        is_browser, wrong = "Mozilla" in self.headers.get("User-Agent", ""), self.between
        if not is_browser and (wrong.status or wrong.redirect):
            self.send_response(wrong.status or 302)
            if wrong.redirect:
                self.send_header("Location", wrong.redirect)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        headers = {name: value for name, value in self.headers.items() if is_browser or name != wrong.without}
        headers |= wrong.passes
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = requests.request(
            self.command, wrong.target + self.path, headers=headers, data=body, timeout=30, allow_redirects=False
        )  # fmt: skip
        content = answer.content if is_browser else answer.content.replace(*wrong.replaces)
        self.send_response_only(answer.status_code)
        told = CaseInsensitiveDict({**answer.headers, "Content-Length": str(len(content))})
        told.update({} if is_browser else wrong.adds)
        for name, value in told.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815 -- the name that http.server looks for

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def running_proxy() -> Iterator[tuple[int, Any]]:
    """A proxy's port, and the handler whose `between` says where it leads and what it does."""
    handler: Any = type("MyProxy", (Proxy,), {"between": Between()})
    proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=proxy.serve_forever, daemon=True)
    thread.start()
    yield int(proxy.server_address[1]), handler
    proxy.shutdown()
    proxy.server_close()
    thread.join()
