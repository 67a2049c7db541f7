"""People who come from addresses of their own: all of 127.0.0.0/8 is this machine, so throttles tell them apart."""

from __future__ import annotations

import itertools
from typing import Any

from requests.adapters import HTTPAdapter

from tests.person import Person
from tests.server import Server

_hosts = itertools.count(2)


class FromAddress(HTTPAdapter):
    """Connects from a certain address of this machine."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, source_address=(self.address, 0), **options)


def new_address() -> str:
    """An address of this machine that no test has used yet."""
    number = next(_hosts)
    return f"127.{1 + number // 65_024}.{number // 254 % 256}.{number % 254 + 1}"


def visitor(server: Server, address: str | None = None, **headers: str) -> Person:
    """Somebody with a fresh browser, from an address of their own unless one is named."""
    person = Person(f"http://localhost:{server.port}", **headers)
    person.browser.trust_env = False
    person.browser.mount("http://", FromAddress(address or new_address()))
    return person
