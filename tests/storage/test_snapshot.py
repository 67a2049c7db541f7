"""A copy of the whole database, made while it is in use."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from idp.storage import database, opening, snapshot
from idp.storage.database import db, transaction
from idp.storage.models import TABLES
from tests import given


@pytest.fixture(autouse=True)
def own_database(tmp_path: Path, new_database_url: Callable[[Path], str]) -> Iterator[None]:
    database.close()
    opening.open_or_create(new_database_url(tmp_path), backups=tmp_path / "unused", keys_exist=False)
    yield
    database.close()


def counts() -> dict[str, int]:
    return {model._meta.table_name: model.select().count() for model in TABLES}


def test_the_copy_opens_and_holds_every_row(tmp_path: Path) -> None:
    ada = given.user("ada", groups=["family"])
    grant = given.grant(ada, given.client())
    given.access_token(grant)
    given.session(ada)
    place = snapshot.take(tmp_path / "backups", "before-0002-20260131-120000")
    given.user("late")
    if not database.is_sqlite():
        schema = place.removeprefix("the schema ").strip('"')
        copied = {
            table: db.execute_sql(f'SELECT count(*) FROM "{schema}"."{table}"').fetchone()[0] for table in counts()
        }
        assert copied == {**counts(), "users": 1}
        return
    with sqlite3.connect(place) as copy:
        copied = {table: copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in counts()}
        assert copied == {**counts(), "users": 1}
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copy.execute("SELECT max(number) FROM migrations").fetchone() == (1,)
    copy.close()


def test_the_copy_of_a_file_can_be_used_in_its_place(tmp_path: Path) -> None:
    if not database.is_sqlite():
        pytest.skip("PostgreSQL keeps its copy beside the tables")
    given.user("ada")
    place = snapshot.take(tmp_path / "backups", "copy")
    database.close()
    opening.open_existing(f"sqlite:///{place}")
    given.user("grace")
    assert counts()["users"] == 2


def test_a_copy_misses_nothing_that_stands_only_in_the_log(tmp_path: Path) -> None:
    if not database.is_sqlite():
        pytest.skip("PostgreSQL has no file to copy")
    with transaction():
        given.user("ada")
    assert database.sqlite_file().with_name(database.sqlite_file().name + "-wal").stat().st_size > 0
    with sqlite3.connect(snapshot.take(tmp_path, "copy")) as copy:
        assert copy.execute("SELECT username FROM users").fetchone() == ("ada",)
    copy.close()


def test_only_the_owner_can_read_a_copy_and_what_a_crash_left_is_overwritten(tmp_path: Path) -> None:
    if not database.is_sqlite():
        pytest.skip("PostgreSQL keeps its copy beside the tables")
    folder = tmp_path / "backups"
    folder.mkdir(mode=0o700)
    (folder / "copy.unfinished").write_text("half a copy")
    snapshot.take(folder, "copy")
    assert [path.name for path in folder.iterdir()] == ["copy.sqlite"]
    assert (folder / "copy.sqlite").stat().st_mode & 0o777 == 0o600
