"""`idp backup` and `idp restore`: the drill, with real processes."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import PASSWORD
from tests.flows.application import Application
from tests.flows.visitors import visitor
from tests.server import Server


@pytest.fixture
def house(idp_server: Callable[..., Server]) -> Server:
    """A running provider with a person, a group and an application that they have used."""
    server = idp_server()
    server.idp("group", "add", "family")
    server.add_user("ada", PASSWORD, "--display-name", "Ada 🎬", "--group", "family")
    return server


@pytest.fixture
def empty(tmp_path: Path, new_database_url: Callable[[Path], str]) -> Server:
    """Another machine, with nothing on it."""
    (tmp_path / "elsewhere").mkdir()
    return Server(tmp_path / "elsewhere", IDP_DATABASE_URL=new_database_url(tmp_path / "elsewhere"))


def test_what_was_backed_up_signs_people_in_elsewhere(house: Server, empty: Server, tmp_path: Path) -> None:
    own = Application(house, "--skip-consent", "--claim", "quota=5")
    picture = tmp_path / "logo.png"
    Image.new("RGBA", (64, 48), "teal").save(picture)
    house.idp("client", "set", own.id, "--logo", str(picture), "--subject-type", "pairwise")
    house.idp(
        "settings", "set", "--name", "The Lodge", "--accent", "#0a7a5c", "--logo", str(picture), "--session", "4h"
    )
    before = own.tokens(visitor(house), "ada")
    sub = own.claims(before["id_token"])["sub"]
    file = tmp_path / "foyer.backup"
    house.idp("backup", str(file))  # while it runs
    assert file.stat().st_mode & 0o777 == 0o600
    empty.idp("restore", str(file))
    for command in (("user", "list"), ("group", "list"), ("client", "list")):
        assert empty.idp_json(*command) == house.idp_json(*command)
    for command in (
        ("client", "show", own.id),
        ("settings", "show"),
        ("user", "show", "ada"),
        ("group", "show", "family"),
    ):
        assert empty.idp_json(*command) == house.idp_json(*command)
    pictures = {path.name: path.read_bytes() for path in (house.folder / "data" / "pictures").iterdir()}
    assert len(pictures) == 2
    assert {path.name: path.read_bytes() for path in (empty.folder / "data" / "pictures").iterdir()} == pictures
    keys = {path.name: path.read_bytes() for path in (house.folder / "keys").iterdir() if path.suffix}
    assert {path.name: path.read_bytes() for path in (empty.folder / "keys").iterdir() if path.suffix} == keys
    empty.start()
    try:
        own.server = empty
        assert own.userinfo(before["access_token"]).status_code == 401, "tokens don't come back"
        assert own.claims(own.tokens(visitor(empty), "ada")["id_token"])["sub"] == sub
    finally:
        empty.stop()


def test_a_restore_replaces_everything_and_keeps_what_was_there(house: Server, tmp_path: Path) -> None:
    file = tmp_path / "foyer.backup"
    house.idp("backup", str(file))
    house.add_user("grace", PASSWORD)
    refused = house.run("restore", str(file))
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    house.idp("restore", str(file), "--yes")
    assert [user["username"] for user in house.idp_json("user", "list")] == ["ada"]
    kept = list((house.folder / "data" / "backups").glob("before-restore-*"))
    house.idp("restore", str(kept[0]), "--yes")
    assert [user["username"] for user in house.idp_json("user", "list")] == ["ada", "grace"]
    house.add_user("alan", PASSWORD)  # and new rows get numbers of their own


def test_a_restore_says_what_it_replaces_and_a_no_changes_nothing(house: Server, tmp_path: Path) -> None:
    file = tmp_path / "foyer.backup"
    house.idp("backup", str(file))
    house.add_user("grace", PASSWORD)
    house.idp("client", "add", "Grafana", "--redirect-uri", "https://grafana.example.org/callback")
    terminal, typed_into = os.openpty()
    try:
        os.write(terminal, b"n\n")
        done = subprocess.run(
            [sys.executable, "-m", "idp", "restore", str(file)], cwd=house.folder, env=house.environ, stdin=typed_into,
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    finally:
        os.close(typed_into)
        os.close(terminal)
    assert done.returncode == 1 and done.stderr.endswith("Nothing was changed.\n")
    assert "What is here now is replaced: 2 people and 1 application, " in done.stdout
    assert [user["username"] for user in house.idp_json("user", "list")] == ["ada", "grace"]
    assert not list((house.folder / "data").glob("backups/before-restore-*"))


def test_a_backup_is_not_written_over(house: Server, tmp_path: Path) -> None:
    file = tmp_path / "there"
    file.write_text("something else")
    assert "exists already" in house.run("backup", str(file)).stderr
    assert file.read_text() == "something else"
    assert "can't be written" in house.run("backup", str(tmp_path / "nowhere" / "x")).stderr


def test_what_is_no_whole_backup_changes_nothing(house: Server, tmp_path: Path) -> None:
    good, cut, text, other = (tmp_path / name for name in ("good", "cut", "text", "other"))
    house.idp("backup", str(good))
    cut.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    text.write_text("no archive")
    with tarfile.open(other, "w:gz"):
        pass
    before = house.idp_json("user", "list")
    for file in (cut, text, other, tmp_path / "missing"):
        done = house.run("restore", str(file), "--yes")
        assert done.returncode == 1, file
        assert "Traceback" not in done.stderr
        assert file.name in done.stderr
    assert house.idp_json("user", "list") == before
