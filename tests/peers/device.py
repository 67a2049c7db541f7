"""A registered device, and the person who lets it in."""

from __future__ import annotations

import secrets
from typing import Any

from tests.given import PASSWORD
from tests.person import Person
from tests.server import Server


def register_device(server: Server, *options: str) -> dict[str, Any]:
    """The metadata of a new client that gets its tokens by device codes only; it has no redirect URI."""
    grants = ("--grant-type", "device_code", "--grant-type", "refresh_token")
    added: dict[str, Any] = server.idp_json("client", "add", f"Device {secrets.token_hex(4)}", *grants, *options)
    return added


def decide(server: Server, user_code: str, decision: str, name: str = "alice") -> str:
    """Type a device's code as a person does, sign in and decide; returns what the page says then."""
    person = Person(server.issuer)
    person.get("/device")
    person.submit(user_code=user_code)
    person.submit(username=name, password=PASSWORD)
    return person.submit(decision=decision).text
