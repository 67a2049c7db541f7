"""What tests stand on: a folder, a database, a running provider, people and programs from outside."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit, urlunsplit

import pytest

from idp.oidc import key_files
from idp.storage import database, opening
from idp.storage.models import TABLES
from tests.given import PASSWORD
from tests.post_office import certificate
from tests.server import Server

DATABASE_URL = os.environ.get(
    "IDP_TEST_DATABASE_URL", ""
)  # postgresql://…: every test gets a database of its own there


def absent(reason: str) -> NoReturn:
    """Skip the test for want of something that this machine hasn't got; a failure where all tests must run."""
    if os.environ.get("IDP_TEST_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def needs() -> Callable[[str, str], str]:
    """Call it with a program and its Debian packages: the program's path, or it is `absent`."""

    def find(program: str, packages: str) -> str:
        found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin:/usr/local/sbin")
        if found is None:
            absent(f"{program} is missing; enable this test with: apt-get install {packages}")
        return found

    return find


@pytest.fixture(scope="session")
def new_database_url() -> Iterator[Callable[[Path], str]]:
    """Makes the address of a fresh database: a file in the folder, or a PostgreSQL database that is dropped afterwards."""
    made: list[str] = []

    def make(folder: Path) -> str:
        if not DATABASE_URL:
            return f"sqlite:///{folder / 'data' / 'foyer.sqlite'}"
        name = f"foyer_test_{uuid.uuid4().hex[:12]}"
        _psql(f'CREATE DATABASE "{name}"')
        made.append(name)
        return urlunsplit(urlsplit(DATABASE_URL)._replace(path=f"/{name}"))

    yield make
    for name in made:
        _psql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _psql(statement: str) -> None:
    subprocess.run(["psql", "--quiet", DATABASE_URL, "-c", statement], check=True, capture_output=True)


@pytest.fixture(scope="session")
def idp_server(
    tmp_path_factory: pytest.TempPathFactory, new_database_url: Callable[[Path], str]
) -> Iterator[Callable[..., Server]]:
    """Starts running providers, each with a folder and a database of its own; stops them all at the end."""
    servers: list[Server] = []

    def start(**settings: str) -> Server:
        folder = tmp_path_factory.mktemp("idp")
        server = Server(folder, **{"IDP_DATABASE_URL": new_database_url(folder), **settings})
        server.idp("init")
        servers.append(server)
        return server.start()

    yield start
    for server in servers:
        if server.is_running:
            server.stop()


@pytest.fixture(scope="session")
def server(idp_server: Callable[..., Server]) -> Server:
    """A running provider with Alice, who is in the groups family and media."""
    running = idp_server()
    for group in ("family", "media"):
        running.idp("group", "add", group)
    running.add_user("alice", PASSWORD, "--display-name", "Alice Example", "--group", "family", "--group", "media")
    return running


@pytest.fixture(scope="session")
def _unit_database(tmp_path_factory: pytest.TempPathFactory, new_database_url: Callable[[Path], str]) -> Iterator[str]:
    """One migrated database for all tests that need no server."""
    folder = tmp_path_factory.mktemp("storage")
    (folder / "data").mkdir()
    url = new_database_url(folder)
    opening.open_or_create(url, backups=folder / "backups", keys_exist=False)
    yield url
    database.close()


@pytest.fixture
def storage(_unit_database: str) -> Iterator[None]:
    """An open database without a row in it."""
    database.open_database(_unit_database)
    yield
    database.close()
    database.open_database(_unit_database)
    with database.transaction():
        for table in reversed(TABLES):
            table.delete().execute()
    database.close()


class Clock:
    """The wall clock, held still; `forward` moves it."""

    def __init__(self) -> None:
        self.now = int(time.time())

    def forward(self, seconds: int) -> int:
        """Let time pass; returns the new instant."""
        self.now += seconds
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The provider's clock inside this process, under the test's control."""
    held = Clock()
    monkeypatch.setattr("idp.clock.now", lambda: held.now)
    return held


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with signing keys; a test that changes keys makes one of its own."""
    folder = tmp_path_factory.mktemp("keys")
    key_files.create(folder)
    return folder


@pytest.fixture(scope="session")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine with its key, and the authority that vouches for it, in one file."""
    return certificate(tmp_path_factory.mktemp("authority"))
