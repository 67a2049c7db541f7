"""A web site on another origin that sends people to the provider and remembers how they came back."""

from __future__ import annotations

import base64
import hashlib
import html
import secrets
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle cx="20" cy="20" r="18" fill="#7b5ea7"/>'
    '<path d="M12 27l6-9 4 5 3-4 4 8z" fill="#fff"/></svg>'
)


@dataclass(frozen=True)
class Callback:
    """One return of a browser."""

    method: str
    path: str
    parameters: dict[str, str]
    origin: str | None
    referer: str | None


@dataclass
class RelyingParty:
    """The site; its host is another one than the provider's, so browsers take it for a strange site."""

    origin: str
    callbacks: list[Callback] = field(default_factory=list)
    front_page: str = ""

    @property
    def redirect_uri(self) -> str:
        """Where browsers come back to."""
        return f"{self.origin}/callback"

    def request(self, client_id: str, **parameters: str) -> dict[str, str]:
        """The parameters of an authorization request with PKCE."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(secrets.token_bytes(32)).digest()).rstrip(b"=").decode()
        return {
            "client_id": client_id, "redirect_uri": self.redirect_uri, "response_type": "code",
            "scope": "openid profile email groups", "state": secrets.token_urlsafe(8), "nonce": secrets.token_urlsafe(8),
            "code_challenge": challenge, "code_challenge_method": "S256", **parameters,
        }  # fmt: skip

    def url(self, issuer: str, client_id: str, **parameters: str) -> str:
        """The address of an authorization request."""
        return f"{issuer}/authorize?{urlencode(self.request(client_id, **parameters))}"

    def offer_form(self, issuer: str, client_id: str, **parameters: str) -> None:
        """Put a form on the front page that posts an authorization request."""
        fields = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in self.request(client_id, **parameters).items()
        )
        self.front_page = f'<form method="post" action="{issuer}/authorize">{fields}<button>Sign in</button></form>'


def serve() -> tuple[ThreadingHTTPServer, RelyingParty]:
    """A running site on a free port, and what it knows."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path == "/logo.svg":
                self._answer(LOGO, "image/svg+xml")
            elif path == "/callback":
                self._came_back(urlsplit(self.path).query)
            else:
                self._answer(self._page(site.front_page))

        def do_POST(self) -> None:
            self._came_back(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _came_back(self, form: str) -> None:
            parameters = dict(parse_qsl(form, keep_blank_values=True, strict_parsing=True))
            path, origin, referer = urlsplit(self.path).path, self.headers.get("Origin"), self.headers.get("Referer")
            site.callbacks.append(Callback(self.command, path, parameters, origin, referer))
            self._answer(self._page("<h1>Back at the application</h1>"))

        def _page(self, content: str) -> str:
            head = '<!doctype html><html lang="en"><title>Application</title><link rel="icon" href="data:,">'
            return f"{head}<main>{content}</main>"

        def _answer(self, content: str, content_type: str = "text/html; charset=utf-8") -> None:
            body = content.encode()
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = RelyingParty(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server, site
