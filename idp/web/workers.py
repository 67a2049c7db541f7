"""The server's processes: workers forked from one parent that replaces those that die, one a core unless told otherwise.

Forked, so that all share the memory of what was imported once. Each worker listens on a socket of its own and the
system spreads the connections, or, where it doesn't, they share the parent's.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from uvicorn import Config as ServerConfig
from uvicorn import Server

from idp.config import Config
from idp.web.connection import Connection
from idp.web.gateway import Gateway

log = logging.getLogger(__name__)

BACKLOG = 1_024  # connections that may wait to be accepted
KEEP_ALIVE = 10  # seconds an idle connection is kept
STOP_WITHIN = 10  # seconds that requests in flight have when the server is stopped
SOON = 1.0  # seconds; a worker that ends sooner has not really started
MOST_FALSE_STARTS = 10  # in a row, before the server gives up
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Chore:
    """Something that has to be done again and again while the server runs."""

    every: float  # seconds from the end of one round to the next
    do: Callable[[], None]


class Workers:
    """The parent's view of its workers."""

    def __init__(self, config: Config, gateway: Gateway, *chores: Chore) -> None:
        self._config = config
        self._gateway = gateway
        self._chores = chores
        self._started: dict[int, tuple[int, float]] = {}  # by process id: which worker, since when
        self._stopping = False
        self._shared: socket.socket | None = None

    def run(self) -> int:
        """Serve until stopped; returns the exit code."""
        if self._config.bind.startswith("unix:") or sys.platform != "linux":
            self._shared = listening_socket(self._config.bind)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGALRM, self._kill)
        gc.collect()
        gc.freeze()  # what is there now is shared; collecting must not write to it
        for worker in range(self._config.workers):
            self._start(worker)
        code = self._watch()
        if self._config.bind.startswith("unix:"):
            Path(self._config.bind.removeprefix("unix:")).unlink(missing_ok=True)
        return code

    def _watch(self) -> int:
        false_starts = 0
        while self._started:
            ended, status = os.wait()
            worker, since = self._started.pop(ended)
            if self._stopping:
                continue
            log.error("server process %s ended (%s) and is replaced", ended, os.waitstatus_to_exitcode(status))
            false_starts = false_starts + 1 if time.monotonic() - since < SOON else 0
            if false_starts > MOST_FALSE_STARTS:
                log.error("server processes end as soon as they start; giving up")
                self._stop(signal.SIGTERM, None)
                return 1
            time.sleep(SOON if false_starts > 1 else 0)
            if not self._stopping:
                self._start(worker)
        return 0

    def _start(self, worker: int) -> None:
        parent = os.getpid()
        child = os.fork()
        if child:
            self._started[child] = (worker, time.monotonic())
            return
        code = 1
        try:
            self._serve(worker, parent)
            code = 0
        except Exception:
            log.exception("a server process failed")
        finally:
            os._exit(code)  # never back into the parent's code

    def _serve(self, worker: int, parent: int) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        _die_with(parent)
        server = Server(
            ServerConfig(
                self._gateway,
                http=Connection,
                ws="none",
                lifespan="off",
                loop="auto",
                proxy_headers=False,  # the gate reads them
                server_header=False,
                access_log=False,
                log_config=None,
                backlog=BACKLOG,
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=STOP_WITHIN - 1,
            )
        )
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # it warns of every malformed request
        listener = self._shared or listening_socket(self._config.bind, shared_port=True)

        async def serve() -> None:
            chores = [asyncio.create_task(_again_and_again(chore)) for chore in self._chores if worker == 0]
            await server.serve(sockets=[listener])
            for chore in chores:
                chore.cancel()

        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            runner.run(serve())

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True
        signal.alarm(STOP_WITHIN)
        self._send(signal.SIGTERM)

    def _kill(self, _number: int, _frame: FrameType | None) -> None:
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        for process in list(self._started):
            os.kill(process, number)


async def _again_and_again(chore: Chore) -> None:
    while True:
        await asyncio.sleep(chore.every)
        try:
            await asyncio.to_thread(chore.do)
        except Exception:  # the next round may do better
            log.exception("keeping house failed")


def listening_socket(bind: str, *, shared_port: bool = False) -> socket.socket:
    """A socket that listens at `host:port` or `unix:/path`; raises OSError."""
    family, address = _address(bind)
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if isinstance(address, str):
            listener.bind(address)
            Path(address).chmod(0o660)  # the proxy's user is in our group, strangers aren't
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if shared_port:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _address(bind: str) -> tuple[socket.AddressFamily, Any]:
    if bind.startswith("unix:"):
        return socket.AF_UNIX, bind.removeprefix("unix:")
    host, _, port = bind.rpartition(":")
    family, _, _, _, address = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)[0]
    return family, address


def _die_with(parent: int) -> None:
    """End this worker when its parent is killed: an orphan would keep the port and go on serving (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
