"""Ending processes the hard way, as a power cut or the kernel's memory guard does."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from tests.server import Server


def workers(server: Server) -> list[int]:
    """The worker processes of a running provider."""
    return workers_of(server.pid)


def workers_of(pid: int) -> list[int]:
    """The processes that one has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def kill_all(server: Server) -> None:
    """Kill the main process; its workers have to follow by themselves."""
    followers = workers(server)
    server.stop(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while any(is_alive(pid) for pid in followers):
        assert time.monotonic() < deadline, "a worker lives on without its server"
        time.sleep(0.02)


def kill_one(pid: int) -> None:
    """Kill one process."""
    os.kill(pid, signal.SIGKILL)


def is_alive(pid: int) -> bool:
    """Whether a process is there and not just waiting to be forgotten."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
