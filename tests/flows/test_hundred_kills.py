"""A hundred times `kill -9` under load: nothing that was acknowledged is lost, and the server is there again (SECURITY 5)."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import requests

from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor
from tests.flows.zygote import Zygote
from tests.person import Person
from tests.server import Server

TRIALS = 100
WRITERS = 4


@pytest.fixture
def mortal(idp_server: Callable[..., Server]) -> Server:
    """A provider that has an account, and isn't running."""
    server = idp_server()
    server.add_user("alice", PASSWORD)
    return server


@pytest.fixture
def zygote(mortal: Server) -> Iterator[Zygote]:
    mortal.stop()
    made = Zygote(mortal)
    made.start()
    yield made
    made.stop()


class Writer(threading.Thread):
    """Signs in to the application until the server dies; remembers what it was told it has."""

    def __init__(self, app: Application, person: Person, *, exchanges: bool) -> None:
        super().__init__()
        self.app, self.exchanges = app, exchanges
        self.browser = visitor(app.server)
        self.browser.browser.cookies.update(person.browser.cookies.get_dict())
        self.codes: list[str] = []
        self.tokens: list[str] = []

    def run(self) -> None:
        try:
            while True:
                code = self.app.ask(self.browser)["code"]
                if self.exchanges:
                    self.tokens.append(self.app.exchange(code).json()["access_token"])
                else:
                    self.codes.append(code)
        except requests.RequestException:
            return

    @property
    def acknowledged(self) -> int:
        return len(self.codes) + len(self.tokens)


def test_nothing_acknowledged_is_lost_in_a_hundred_kills(mortal: Server, zygote: Zygote) -> None:
    app, person = Application(mortal, "--skip-consent"), visitor(mortal)
    app.code(person)
    lost, acknowledged, slowest = [], 0, 0.0
    for _ in range(TRIALS):
        writers = [Writer(app, person, exchanges=bool(number % 2)) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        while not all(writer.acknowledged or not writer.is_alive() for writer in writers):
            time.sleep(0.001)
        time.sleep(random.uniform(0, 0.05))
        zygote.kill()
        for writer in writers:
            writer.join(30)
        slowest = max(slowest, zygote.start())
        for writer in writers:
            acknowledged += writer.acknowledged
            lost += [token for token in writer.tokens if app.userinfo(token).status_code != 200]
            lost += [code for code in writer.codes if app.exchange(code).status_code != 200]
    assert lost == []
    assert acknowledged >= TRIALS * WRITERS, "each writer was at work each time"
    assert slowest <= 5, "ready again within 5 s, the time to load the program apart"
