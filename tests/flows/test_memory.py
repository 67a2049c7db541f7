"""Two hundred people who sign in at the same instant cost no more memory than is promised (SECURITY 5: hash)."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

import pytest

from tests.bench.machine import pss_mib
from tests.flows.application import PASSWORD, Application
from tests.flows.test_races import all_at_once
from tests.flows.visitors import visitor
from tests.server import Server

PEOPLE = 200
MOST_MIB = 200


class Watch(threading.Thread):
    """Looks again and again at how much memory a server's processes have, until told to stop."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self._pid = server.pid
        self._ends = threading.Event()
        self.most = 0.0

    def run(self) -> None:
        while not self._ends.wait(0.02):
            self.most = max(self.most, pss_mib(self._pid))

    def end(self) -> float:
        """The most that was seen."""
        self._ends.set()
        self.join()
        return self.most


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells how much memory a process has to itself")
@pytest.mark.parametrize("settings", [{}, {"IDP_THREADS": "16"}], ids=["default", "more threads than are used"])
def test_two_hundred_at_once_need_little_more_memory(
    idp_server: Callable[..., Server], settings: dict[str, str]
) -> None:
    server = idp_server(**settings)
    server.add_user("alice", PASSWORD)
    app = Application(server, "--skip-consent")
    people = [visitor(server) for _ in range(PEOPLE)]
    for person in people:
        person.get(app.url())
        person.browser.close()  # the server gives up a connection that is idle while the others come
    before, watch = pss_mib(server.pid), Watch(server)
    watch.start()
    try:
        all_at_once(PEOPLE, lambda number: people[number].submit(username="alice", password=PASSWORD))
    finally:
        most = watch.end()
    assert len({app.answer(person.left_to)["code"] for person in people}) == PEOPLE
    assert before > 50, "the processes were found"
    assert most - before <= MOST_MIB, f"{before:.0f} MiB before, {most:.0f} MiB at most"
