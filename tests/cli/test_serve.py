"""`idp serve`: starting, refusing to start, stopping."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.server import Server


@pytest.fixture
def prepared(tmp_path: Path, new_database_url: Callable[[Path], str]) -> Server:
    """A provider that is made and not started."""
    server = Server(tmp_path, IDP_DATABASE_URL=new_database_url(tmp_path), IDP_WORKERS="1")
    server.idp("init")
    return server


def test_without_a_provider_it_says_how_to_make_one(tmp_path: Path) -> None:
    done = Server(tmp_path).run("serve")
    assert done.returncode == 1
    assert "idp init" in done.stderr


def test_keys_without_a_database_are_an_installation_to_restore(prepared: Server) -> None:
    prepared.environ["IDP_DATABASE_URL"] = f"sqlite:///{prepared.folder / 'elsewhere.sqlite'}"
    for command in (["serve"], ["user", "list"]):
        done = prepared.run(*command)
        assert done.returncode == 1
        assert "idp restore FILE" in done.stderr
        assert "move the keys folder away" in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_taken_port_stops_the_start_with_a_sentence(prepared: Server) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", prepared.port))
        taken.listen()
        done = prepared.run("serve")
    assert done.returncode == 1
    assert "something else listens there" in done.stderr
    assert "another port, with bind and issuer in idp.toml (or IDP_BIND and IDP_ISSUER)" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_keys_that_others_can_read_stop_the_start(prepared: Server) -> None:
    key = next((prepared.folder / "keys").glob("*.pem"))
    key.chmod(0o644)
    done = prepared.run("serve")
    assert done.returncode == 1
    assert "chmod 600" in done.stderr


def test_the_first_start_prints_a_link_and_a_stop_is_clean(prepared: Server) -> None:
    prepared.start()
    assert f"{prepared.issuer}/setup?link=li_" in prepared.log()
    assert prepared.stop(signal.SIGTERM) == 0
    assert "Traceback" not in prepared.log()
    prepared.idp("user", "add", "root", "--email", "root@example.org", "--admin")
    before = len(prepared.log())
    prepared.start()
    assert "setup?link" not in prepared.log()[before:]
    assert prepared.stop(signal.SIGINT) == 0
    assert prepared.log().splitlines()[-1] == "Stopped."


def test_an_address_with_another_port_than_the_servers_is_told(prepared: Server) -> None:
    assert "IDP_ISSUER" not in prepared.start().log()
    assert prepared.stop() == 0
    prepared.environ["IDP_ISSUER"] = "http://localhost:1"
    prepared.start()
    said = (
        f"Foyer listens on port {prepared.port}, but its address (IDP_ISSUER) says 1. Without a proxy between them nothing will "
        f"answer: set IDP_ISSUER=http://localhost:{prepared.port}."
    )
    assert said in prepared.log().splitlines()
    looked = prepared.run("doctor")
    assert looked.returncode == 1 and f"note  Port: {said}" in looked.stdout.splitlines()
    del prepared.environ["IDP_ISSUER"]
    assert f"http://localhost:{prepared.port}/setup?link=" in prepared.idp("setup-link")
    assert "Port:" not in prepared.run("doctor").stdout
    assert prepared.stop() == 0


def test_a_socket_file_is_listened_at_and_taken_away_at_the_end(prepared: Server) -> None:
    path = prepared.folder / "socket"
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(path))  # by a server that was killed
    prepared.environ["IDP_BIND"] = f"unix:{path}"
    process = subprocess.Popen([sys.executable, "-m", "idp", "serve"], cwd=prepared.folder, env=prepared.environ)
    try:
        answer = b""
        while not answer:
            assert process.poll() is None
            with (
                socket.socket(socket.AF_UNIX) as browser,
                contextlib.suppress(ConnectionError, FileNotFoundError),
            ):
                browser.connect(str(path))
                browser.sendall(b"GET /health HTTP/1.0\r\n\r\n")
                answer = browser.recv(100)
    finally:
        process.terminate()
        code = process.wait()
    assert code == 0
    assert b" 200 " in answer and not path.exists()


def test_a_socket_file_that_cannot_be_made_stops_the_start_with_a_sentence(prepared: Server) -> None:
    (prepared.folder / "a-file").write_text("mine")
    (prepared.folder / "a-folder").mkdir()
    with socket.socket(socket.AF_UNIX) as taken:
        taken.bind(str(prepared.folder / "taken"))
        taken.listen()
        for name, said in (
            ("taken", "something else listens there"), ("nowhere/socket", "no such folder"), ("a-file", "no socket"),
            ("a-folder", "no socket"), ("x" * 200, "too long"),
        ):  # fmt: skip
            prepared.environ["IDP_BIND"] = f"unix:{prepared.folder / name}"
            done = prepared.run("serve")
            assert done.returncode == 1 and said in done.stderr, done.stderr
            assert len(done.stderr.splitlines()) == 1
    assert (prepared.folder / "a-file").read_text() == "mine"
