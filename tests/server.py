"""`Server`: the real `idp serve` in a process of its own, with a folder, a database and keys of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
START_WITHIN = 30.0  # seconds; generous, as test machines are busy


class CommandError(AssertionError):
    """A command that ended otherwise than asked, with what it said."""

    def __init__(self, arguments: tuple[str, ...], done: subprocess.CompletedProcess[str]) -> None:
        super().__init__(f"idp {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        self.returncode = done.returncode
        self.stdout, self.stderr = done.stdout, done.stderr


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One provider; `start` and `stop` may be called again and again."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.issuer = settings.get("IDP_ISSUER", f"http://localhost:{self.port}")
        self.environ = {name: value for name, value in os.environ.items() if not name.startswith("IDP_")}
        self.environ |= {
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "error::ResourceWarning",
            "IDP_ISSUER": self.issuer,
            "IDP_BIND": f"127.0.0.1:{self.port}",
            "IDP_DATA_DIR": str(folder / "data"),
            "IDP_KEYS_DIR": str(folder / "keys"),
            **settings,
        }
        if (bound := self.environ["IDP_BIND"].rpartition(":")[2]).isdecimal():
            self.port = int(bound)
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: str, input: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command and return how it ended."""
        return subprocess.run(
            [sys.executable, "-m", "idp", *arguments], cwd=self.folder, env=self.environ, input=input or "",
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip

    def idp(self, *arguments: str, input: str | None = None) -> str:
        """Run a command that succeeds and return what it printed."""
        done = self.run(*arguments, input=input)
        if done.returncode:
            raise CommandError(arguments, done)
        return done.stdout

    def idp_json(self, *arguments: str, input: str | None = None) -> Any:
        """Run a command that succeeds and answers with JSON."""
        return json.loads(self.idp(*arguments, "--json", input=input))

    def start(self) -> Server:
        """Serve, and return once the discovery document can be read."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "idp", "serve"], cwd=self.folder, env=self.environ, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + START_WITHIN
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise AssertionError(f"idp serve ended with {self._process.returncode}:\n{self.log()}")
            try:
                urllib.request.urlopen(
                    f"http://127.0.0.1:{self.port}/.well-known/openid-configuration", timeout=5
                ).close()
                return self
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
        raise AssertionError(f"idp serve did not answer:\n{self.log()}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop serving and return the exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(how)
        return self._process.wait(timeout=30)

    @property
    def is_running(self) -> bool:
        """Whether the server's main process is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The server's main process."""
        assert self._process is not None
        return self._process.pid

    def log(self) -> str:
        """All that the server has printed so far."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def add_user(self, name: str, password: str, *options: str) -> dict[str, Any]:
        """Add a person with a password."""
        email = () if "--email" in options else ("--email", f"{name}@example.org")
        added: dict[str, Any] = self.idp_json("user", "add", name, *email, *options, "--password-stdin", input=password)
        return added
