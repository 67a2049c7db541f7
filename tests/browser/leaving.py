"""Applications on origins of their own that people sign in to and out of in a browser."""

from __future__ import annotations

import secrets
from http.server import BaseHTTPRequestHandler

from ..flows.application import Application
from ..receiver import Receiver, Sent, answer
from ..server import Server
from .tab import Tab

PAGE = (
    b'<!doctype html><html lang="en"><title>Application</title><link rel="icon" href="data:,"><main><h1>%s</h1></main>'
)


class Leaving:
    """One application with a web server; people come back to it after signing out, if it says so."""

    def __init__(self, server: Server, name: str, *options: str, front_channel: str = "") -> None:
        self.receiver = Receiver()
        self.receiver.behave = _show
        self.origin = self.receiver.url("", host="127.0.0.1")
        front = ("--frontchannel-logout-uri", self.origin + front_channel) if front_channel else ()
        self.application = Application(
            server, "--skip-consent", "--post-logout-redirect-uri", f"{self.origin}/bye", *front, *options,
            redirect_uri=f"{self.origin}/callback", name=f"{name} {secrets.token_hex(2)}",
        )  # fmt: skip
        self.name = self.application.name

    def sign_in(self, tab: Tab, username: str = "alice") -> str:
        """Sign in to it, as somebody who may be signed in already; returns the ID token."""
        tab.open(self.application.url())
        if tab.page.url.startswith(self.application.server.issuer):
            tab.sign_in(username)
        tab.arrives_at(self.origin)
        answered = self.application.exchange(self.application.answer(tab.page.url)["code"])
        assert answered.status_code == 200, answered.text
        return str(answered.json()["id_token"])

    @property
    def signed_out(self) -> list[str]:
        """What its front-channel page was asked with."""
        return [sent.path for sent in self.receiver.requests if sent.path.startswith("/out")]


def _show(handler: BaseHTTPRequestHandler, sent: Sent) -> None:
    headline = {"/bye": b"Good bye", "/callback": b"Welcome"}.get(sent.path.partition("?")[0], b"An application")
    answer(handler, body=PAGE % headline, content_type="text/html; charset=utf-8")
