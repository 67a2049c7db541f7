"""One provider under measurement: its process, its endpoints, who may sign in there."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench import machine

DISCOVERY = "/.well-known/openid-configuration"
REDIRECT_URI = "http://127.0.0.1:9/cb"  # nobody listens there; the generator never goes
START_LIMIT = 30.0  # seconds


@dataclass(frozen=True)
class Client:
    client_id: str
    client_secret: str


@dataclass
class Provider:
    name: str
    note: str
    port: int
    folder: Path
    command: Sequence[str]
    environment: Mapping[str, str]
    clients: Sequence[Client]
    refreshing: Client  # gets refresh tokens with each sign-in, the others don't
    users: Sequence[str]
    metadata: dict[str, object] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    @property
    def issuer(self) -> str:
        return f"http://{self.host}"

    @property
    def pid(self) -> int:
        assert self.process is not None, f"{self.name} is not running"
        return self.process.pid

    def path(self, endpoint: str) -> str:
        """Path of an endpoint by its name in the discovery document."""
        return urlsplit(str(self.metadata[endpoint])).path

    def start(self) -> float:
        """Start it; returns the seconds until the first good discovery answer."""
        with (self.folder / "server.log").open("ab") as log:
            began = time.monotonic()
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while time.monotonic() < began + START_LIMIT:
            if (document := self._discover()) is not None:
                took = time.monotonic() - began
                if document["issuer"] != self.issuer:
                    raise RuntimeError(f"{self.name} calls itself {document['issuer']}")
                self.metadata = document
                return took
            if self.process.poll() is not None:
                break
            time.sleep(0.005)
        self.stop()
        raise RuntimeError(f"{self.name} did not start:\n{self.log_tail()}")

    def log_tail(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")[-1500:]

    def _discover(self) -> dict[str, object] | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", DISCOVERY, headers={"Host": self.host})
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        return json.loads(body) if response.status == 200 else None

    def stop(self) -> None:
        """End exactly the processes that `start` brought into the world."""
        if self.process is None:
            return
        ours = machine.tree(self.process.pid)
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            for pid in ours:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()
        self.process = None
