"""Finding the database that belongs to this provider, and refusing every other state of things."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from idp.errors import ConfigurationError
from idp.storage import database, opening


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    database.close()


def sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / 'data' / 'foyer.sqlite'}"


def serve(url: str) -> None:
    database.close()
    opening.open_existing(url)


def create(url: str, folder: Path, *, keys_exist: bool = False) -> None:
    database.close()
    opening.open_or_create(url, backups=folder / "backups", keys_exist=keys_exist)


def test_a_new_database_is_made_and_then_opened(tmp_path: Path, new_database_url: Callable[[Path], str]) -> None:
    url = new_database_url(tmp_path)
    with pytest.raises(ConfigurationError, match="idp init"):
        serve(url)
    create(url, tmp_path)
    serve(url)
    assert not opening.is_missing()


def test_a_missing_database_beside_keys_stops_everything(
    tmp_path: Path, new_database_url: Callable[[Path], str]
) -> None:
    url = new_database_url(tmp_path)
    with pytest.raises(ConfigurationError, match="Restore your backup"):
        create(url, tmp_path, keys_exist=True)
    with pytest.raises(ConfigurationError):
        serve(url)


def test_an_existing_database_beside_keys_is_fine(tmp_path: Path, new_database_url: Callable[[Path], str]) -> None:
    url = new_database_url(tmp_path)
    create(url, tmp_path)
    create(url, tmp_path, keys_exist=True)


def test_a_refused_database_is_not_made_on_the_way(tmp_path: Path) -> None:
    for attempt in (
        lambda: serve(sqlite(tmp_path)),
        lambda: create(sqlite(tmp_path), tmp_path, keys_exist=True),
    ):
        with pytest.raises(ConfigurationError):
            attempt()
        assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_a_lost_database(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "foyer.sqlite").touch()
    with pytest.raises(ConfigurationError, match="Are you in the folder where Foyer was started"):
        serve(sqlite(tmp_path))
    with pytest.raises(ConfigurationError, match="Restore"):
        create(sqlite(tmp_path), tmp_path, keys_exist=True)


@pytest.mark.parametrize(
    "content", [b"this is a text and no database at all\n" * 100, b"SQLite format 3\0" + b"\xff" * 4_096]
)
def test_a_file_that_is_no_database_is_told_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "foyer.sqlite").write_bytes(content)
    for attempt in (lambda: serve(sqlite(tmp_path)), lambda: create(sqlite(tmp_path), tmp_path)):
        with pytest.raises(ConfigurationError, match="can't be used"):
            attempt()
    assert (tmp_path / "data" / "foyer.sqlite").read_bytes() == content


def test_only_the_owner_can_read_a_new_database(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        create(sqlite(tmp_path), tmp_path)
    finally:
        os.umask(before)
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    for file in (tmp_path / "data").iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name


def test_a_database_server_that_is_not_there_is_told_without_its_password() -> None:
    with pytest.raises(ConfigurationError, match="IDP_DATABASE_URL") as refusal:
        serve("postgresql://foyer:a-secret-password@127.0.0.1:1/foyer")
    assert "a-secret-password" not in str(refusal.value)
