"""The processes of a running server: how they start, are replaced, and end."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from idp.web.workers import listening_socket
from tests.server import Server

PATIENCE = 20.0  # seconds; generous, as test machines are busy


def workers_of(server: Server) -> list[int]:
    """The process ids of a server's workers."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
    return [int(child) for child in children.split()]


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether something comes true before patience runs out."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def running(idp_server: Callable[..., Server]) -> Iterator[Server]:
    """A server that a test may ill-treat."""
    server = idp_server(IDP_WORKERS="2")
    yield server
    if server.is_running:
        server.stop()


def test_there_are_as_many_workers_as_configured(running: Server) -> None:
    assert len(workers_of(running)) == 2


def test_a_worker_that_dies_is_replaced(running: Server) -> None:
    killed = workers_of(running)[0]
    os.kill(killed, signal.SIGKILL)
    assert eventually(lambda: len(workers_of(running)) == 2 and killed not in workers_of(running))
    assert "is replaced" in running.log()


def test_workers_end_with_their_parent_however_it_ends(running: Server) -> None:
    workers = workers_of(running)
    running.stop(signal.SIGKILL)
    assert eventually(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))


def test_a_server_that_is_stopped_ends_well(running: Server) -> None:
    workers = workers_of(running)
    assert running.stop() == 0
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


def test_a_socket_file_serves_its_group_and_goes_with_the_server(
    idp_server: Callable[..., Server], tmp_path: Path
) -> None:
    path = tmp_path / "foyer.socket"
    server = idp_server()
    server.stop()
    environ = {**server.environ, "IDP_BIND": f"unix:{path}"}
    process = subprocess.Popen([sys.executable, "-m", "idp", "serve"], cwd=server.folder, env=environ,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        assert eventually(lambda: path.is_socket() and _status(path, server.issuer) == 200)
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
    finally:
        process.terminate()
        assert process.wait(PATIENCE) == 0
    assert not path.exists()


def _status(path: Path, issuer: str) -> int:
    connection = http.client.HTTPConnection(issuer.removeprefix("http://"))
    connection.sock = socket.socket(socket.AF_UNIX)
    try:
        connection.sock.connect(str(path))
        connection.request("GET", "/.well-known/openid-configuration")
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def test_one_socket_at_a_time_unless_the_port_is_shared() -> None:
    with listening_socket("127.0.0.1:0") as first:
        bind = f"127.0.0.1:{first.getsockname()[1]}"
        with pytest.raises(OSError, match="in use"):
            listening_socket(bind)
