"""`Television`: a device without a keyboard, as an application of the tests' own (RFC 8628)."""

from __future__ import annotations

import secrets
from typing import Any

import requests

from tests.flows.application import Application
from tests.person import Page, Person
from tests.server import Server

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


class Television(Application):
    """One registered client that has no redirect URI: asks for codes, and for tokens again and again."""

    def __init__(self, server: Server, *options: str, name: str = "") -> None:
        self.server = server
        self.name = name or f"Television {secrets.token_hex(4)}"
        self.metadata: dict[str, Any] = server.idp_json(
            "client", "add", self.name, "--grant-type", "device_code", "--grant-type", "refresh_token", *options
        )
        self.id = self.metadata["client_id"]
        self.secret = self.metadata.get("client_secret")

    def ask_for_code(self, **changes: str | None) -> requests.Response:
        """One call of the device authorization endpoint."""
        return self.post("/device_authorization", **{"scope": "openid profile groups", **changes})

    def code(self, **changes: str | None) -> dict[str, Any]:  # type: ignore[override]
        """What the device shows and keeps."""
        answer = self.ask_for_code(**changes)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def poll(self, code: dict[str, Any], **changes: str | None) -> requests.Response:
        """Ask once whether somebody has decided."""
        return self.post("/token", grant_type=DEVICE_CODE, device_code=code["device_code"], **changes)


def type_code(person: Person, code: str) -> Page:
    """Open the page that the device names, and type its code there."""
    person.get("/device")
    return person.submit(user_code=code)
