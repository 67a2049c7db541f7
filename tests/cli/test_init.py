"""`idp init` and `idp setup-link`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from idp.directory import setup
from tests.cli.conftest import Cli
from tests.server import ROOT, Server


@pytest.fixture
def fresh(tmp_path: Path, new_database_url: Callable[[Path], str]) -> Server:
    """A provider that isn't there yet, with real processes."""
    return Server(tmp_path, IDP_DATABASE_URL=new_database_url(tmp_path))


def test_init_makes_everything_once(fresh: Server) -> None:
    first = fresh.idp("init")
    assert "Database: made.\n" in first and "applied" not in first
    assert "Signing keys: made in" in first
    assert (fresh.folder / "data").stat().st_mode & 0o777 == 0o700
    assert (fresh.folder / "keys").stat().st_mode & 0o777 == 0o700
    assert fresh.idp("init") == "Nothing to do: database and signing keys are up to date.\n"


@pytest.mark.parametrize("folder", ["data", "my data"])
def test_a_data_folder_that_others_can_read_is_told_until_it_is_mended_as_told(fresh: Server, folder: str) -> None:
    data = fresh.folder / folder
    fresh.environ |= {"IDP_DATA_DIR": str(data), "IDP_WORKERS": "1"}
    data.mkdir()
    data.chmod(0o755)
    done = fresh.run("init")
    assert done.returncode == 0 and done.stderr.count("\n") == 1
    assert f"Others can read {data} (mode 0755). Run: chmod 700 " in done.stderr
    assert data.stat().st_mode & 0o777 == 0o755, "whose folder it is decides"
    fresh.start()
    assert fresh.stop() == 0
    before = fresh.log()
    assert before.count(f"Others can read {data} (mode 0755).") == 1 and before.count("Run: chmod 700 ") == 1
    command = done.stderr.strip().partition("Run: ")[2]
    subprocess.run(command, shell=True, check=True, timeout=60)
    assert fresh.run("init").stderr == ""
    fresh.start()
    assert fresh.stop() == 0
    assert "Others can read" not in fresh.log()[len(before) :]


def test_a_lost_database_is_not_replaced(fresh: Server) -> None:
    fresh.idp("init")
    for file in (fresh.folder / "data").iterdir():
        file.unlink()
    if not fresh.environ["IDP_DATABASE_URL"].startswith("sqlite"):
        pytest.skip("a database on a server isn't lost by deleting a file")
    done = fresh.run("init")
    assert done.returncode == 1
    assert "Restore your backup" in done.stderr
    assert not list((fresh.folder / "data").iterdir())


def test_being_cut_short_between_database_and_keys_is_made_good(fresh: Server) -> None:
    fresh.idp("init")
    (fresh.folder / "keys" / "keys.json").unlink()
    assert "Signing keys: made" in fresh.idp("init")


def test_two_at_once_make_one_provider(fresh: Server) -> None:
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "idp", "init"], cwd=fresh.folder, env=fresh.environ, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    ended = [(process.communicate(timeout=60), process.returncode) for process in both]
    assert [code for _, code in ended] == [0, 0], ended
    assert fresh.idp("init").startswith("Nothing to do")
    assert len(fresh.idp_json("key", "list")) == 6


def test_init_runs_from_any_folder_with_one_file_of_settings(tmp_path: Path) -> None:
    (tmp_path / "idp.toml").write_text('issuer = "https://id.example.org"\n')
    environ = {name: value for name, value in os.environ.items() if not name.startswith("IDP_")}
    done = subprocess.run(
        [sys.executable, "-m", "idp", "init"], cwd=tmp_path, env={**environ, "PYTHONPATH": str(ROOT)}, text=True,
        capture_output=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "idp.toml", "keys"]


def test_a_set_up_link_is_printed_on_the_issuers_address(idp: Cli) -> None:
    done = idp("setup-link")
    assert (done.code, done.err) == (0, "")
    address, _, handle = done.out.strip().partition("?link=")
    assert address == "http://localhost:8000/setup"
    setup.check(handle)


@pytest.mark.parametrize("variable", ["IDP_DATA_DIR", "IDP_KEYS_DIR"])
@pytest.mark.parametrize("place", ["a-file", "a-file/below", "/sys/foyer"])
def test_a_folder_that_cannot_be_made_or_used_is_named(tmp_path: Path, variable: str, place: str) -> None:
    (tmp_path / "a-file").write_text("mine")
    done = Server(tmp_path, **{variable: str(tmp_path / place)}).run("init")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(f"Can't use {tmp_path / place}: ")
