"""`idp serve`: the production server, in the foreground."""

from __future__ import annotations

import ctypes
import errno
import gc
import multiprocessing
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from idp import activity, clock, config
from idp.config import Config
from idp.errors import ConfigurationError

if TYPE_CHECKING:
    from idp.web.gateway import Gateway

KEEP_ALIVE = 10_000  # milliseconds an idle connection, or half a header, is waited for
PURGE_EVERY = 60.0  # seconds between two rounds of deleting what has expired
STOP_WITHIN = 10  # seconds that requests in flight have when the server is stopped
_PR_SET_PDEATHSIG = 1


@click.command()
def serve() -> None:
    """Serve people and applications until stopped."""
    settings = config.load()
    activity.start_logging(settings.log_format, settings.log_level)
    _check_address(settings.bind)
    from idp.app import create_gateway  # everything that a request needs, once, before the processes part ways

    gateway = create_gateway(settings)
    _greet(settings)
    _run(settings, gateway)


def _greet(settings: Config) -> None:
    from idp.directory import setup
    from idp.storage import database

    click.echo(f"{settings.name} is at {settings.issuer} (listening on {settings.bind}).")
    if setup.is_needed():
        click.echo(
            "\nThere is no administrator yet. Open this link once, within an hour, to create one:\n\n"
            f"  {settings.issuer}/setup?link={setup.new_link()}\n"
        )
    sys.stdout.flush()
    database.close()


def _run(settings: Config, gateway: Gateway) -> None:
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    parent = os.getpid()

    def enter_worker() -> Any:
        _die_with(parent)
        threading.Thread(target=_purge_regularly, name="purge", daemon=True).start()
        return gateway

    # Forked, so that all processes share the memory of what was imported. No connection is open and no thread runs yet.
    multiprocessing.set_start_method("fork")
    gc.collect()
    gc.freeze()
    host, _, port = settings.bind.rpartition(":")
    is_socket = settings.bind.startswith("unix:")
    Server(
        "foyer",
        address="127.0.0.1" if is_socket else host.strip("[]"),
        port=8000 if is_socket else int(port),
        uds=Path(settings.bind.removeprefix("unix:")) if is_socket else None,
        uds_permissions=0o660,
        interface=Interfaces.RSGI,
        workers=settings.workers,
        blocking_threads=1,
        runtime_threads=1,
        http=HTTPModes.http1,  # a proxy speaks it to us; HTTP/2 brings limits of its own
        http1_settings=HTTP1Settings(header_read_timeout=KEEP_ALIVE, max_buffer_size=65_536, keep_alive=True),
        websockets=False,
        backlog=1024,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_WITHIN,
        log_access=False,
        log_level=LogLevels.warning,
        log_dictconfig={"version": 1, "disable_existing_loggers": False, "loggers": {"_granian": {"level": "WARNING"}}},
    ).serve(target_loader=enter_worker, wrap_loader=False)


def _purge_regularly() -> None:
    from idp.storage import database
    from idp.storage.purge import purge

    pause = threading.Event()
    while not pause.wait(PURGE_EVERY):
        try:
            purge(clock.now())
        except database.Unavailable:  # busy or away; the next round will do
            pass
        finally:
            database.close()


def _die_with(parent: int) -> None:
    """End this worker when the server is killed: an orphan would keep the port and go on serving (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def _check_address(bind: str) -> None:
    """Raises ConfigurationError when somebody listens there: the server itself would share the port with them."""
    try:
        if bind.startswith("unix:"):
            _check_socket_file(bind.removeprefix("unix:"))
            return
        host, _, port = bind.rpartition(":")
        family, kind, _, _, address = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as wrong:
        if wrong.errno == errno.EADDRINUSE:
            reason = "something else listens there already. Stop it, or choose another port with IDP_BIND."
        elif wrong.errno == errno.EACCES:
            reason = "this user may not. Choose a port above 1023 with IDP_BIND, and put a reverse proxy in front."
        else:
            reason = f"{wrong.strerror or wrong}."
        raise ConfigurationError(f"Can't listen on {bind}: {reason}") from None


def _check_socket_file(path: str) -> None:
    if not Path(path).is_socket():
        return
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            os.unlink(path)  # left behind by a server that was killed
            return
    raise OSError(errno.EADDRINUSE, "in use")


COMMANDS = (serve,)
