"""`Zygote`: starts the real `idp serve` again and again from a process that has imported everything, in a tenth of the time.

Run as a module it is that process: each line it reads makes it fork a server, whose process id it prints.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import requests

from tests.flows.processes import is_alive, workers_of
from tests.server import Server


class Zygote:
    """Servers with the settings of another one, which must not run meanwhile."""

    def __init__(self, server: Server) -> None:
        self.issuer = server.issuer
        self._log = (server.folder / "zygote.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.flows.zygote"], cwd=server.folder, env=server.environ, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log,
        )  # fmt: skip
        self._pid = 0

    def start(self) -> float:
        """Start a server; returns the seconds until it answered."""
        since = time.monotonic()
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        self._pid = int(self._process.stdout.readline())
        while True:
            try:
                assert requests.get(f"{self.issuer}/health", timeout=5).status_code == 200
                return time.monotonic() - since
            except requests.ConnectionError:
                assert time.monotonic() < since + 30, "the server did not come back"
                time.sleep(0.01)

    def kill(self) -> None:
        """Kill the server with its workers, as a power cut would."""
        everyone = [self._pid, *workers_of(self._pid)]
        os.kill(self._pid, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while any(is_alive(pid) for pid in everyone):
            assert time.monotonic() < deadline, "a process lives on without its server"
            time.sleep(0.002)

    def stop(self) -> None:
        """End the server and what it came from."""
        self.kill()
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()
        self._log.close()


def _breed() -> None:
    import idp.app
    import idp.web.workers  # noqa: F401  what a server would import
    from idp import cli

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the killed ones
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(2, 1)  # what it greets with is no process id
            cli.idp(["serve"])
        print(child, flush=True)


if __name__ == "__main__":
    _breed()
