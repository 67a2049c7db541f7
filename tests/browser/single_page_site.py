"""A single-page application on an origin of its own, which signs people in with oidc-client-ts and no server."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SOURCES = Path(__file__).parent / "single_page"


class SinglePageSite:
    """The application's files; its host is the provider's and its port is not, as with app.example.org and id.example.org."""

    def __init__(self, package: Path) -> None:
        self.settings: dict[str, Any] = {}
        library = (package / "node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js").read_bytes()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                match urlsplit(self.path).path:
                    case "/oidc-client-ts.min.js":
                        self._answer(library, "text/javascript")
                    case "/settings.js":
                        self._answer(f"const settings = {json.dumps(site.settings)};".encode(), "text/javascript")
                    case "/application.js":
                        self._answer((package / "application.js").read_bytes(), "text/javascript")
                    case _:
                        self._answer((package / "index.html").read_bytes(), "text/html; charset=utf-8")

            def _answer(self, body: bytes, content_type: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        """Stop it."""
        self._server.shutdown()
        self._server.server_close()
