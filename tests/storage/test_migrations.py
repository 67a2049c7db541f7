"""The tables that the migrations make, and the way from one version to the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import peewee
import pytest

from idp.errors import ConfigurationError
from idp.storage import database, migrations, opening
from idp.storage.database import db
from idp.storage.migrations import Step
from idp.storage.models import TABLES, User
from tests import given

KINDS = {
    peewee.TextField: "TEXT", peewee.BigIntegerField: "BIGINT", peewee.IntegerField: "INTEGER",
    peewee.BooleanField: "BOOLEAN", peewee.AutoField: "BIGINT", peewee.ForeignKeyField: "BIGINT",
}  # fmt: skip


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_a_model_and_its_table_agree_column_for_column(storage: None, model: type[peewee.Model]) -> None:
    found = {column.name: column for column in db.get_columns(model._meta.table_name)}
    assert found.keys() == {field.column_name for field in model._meta.sorted_fields}
    for field in model._meta.sorted_fields:
        column = found[field.column_name]
        if not field.primary_key:  # SQLite calls the number of a row nullable, though it never is
            assert column.null == field.null, field.name
        assert column.primary_key == field.primary_key, field.name
        kind = next(KINDS[base] for base in type(field).__mro__ if base in KINDS)
        if isinstance(field, peewee.AutoField) and database.is_sqlite():
            kind = "INTEGER"  # SQLite's name for the number of a row, 64 bits wide
        assert column.data_type.upper() == kind, field.name


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_references_point_where_the_model_says_and_go_with_their_row(storage: None, model: type[peewee.Model]) -> None:
    found = {key.column: (key.dest_table, key.dest_column) for key in db.get_foreign_keys(model._meta.table_name)}
    wanted = {
        field.column_name: (field.rel_model._meta.table_name, "id")
        for field in model._meta.sorted_fields
        if isinstance(field, peewee.ForeignKeyField)
    }
    assert {column: table for column, (table, _) in found.items()} == {
        column: table for column, (table, _) in wanted.items()
    }
    assert all(
        field.on_delete == "CASCADE" for field in model._meta.sorted_fields if isinstance(field, peewee.ForeignKeyField)
    )


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_what_the_model_calls_unique_is_unique_and_references_are_indexed(
    storage: None, model: type[peewee.Model]
) -> None:
    indexes = db.get_indexes(model._meta.table_name)
    unique = {tuple(index.columns) for index in indexes if index.unique}
    leading = {index.columns[0] for index in indexes if index.columns}
    for field in model._meta.sorted_fields:
        if field.unique:
            assert (field.column_name,) in unique, field.name
        if field.index and not field.primary_key:
            assert field.column_name in leading, field.name
    for names, is_unique in model._meta.indexes:
        if is_unique:
            assert tuple(model._meta.fields[name].column_name for name in names) in unique


def test_there_is_no_table_without_a_model(storage: None) -> None:
    assert set(db.get_tables()) - {"sqlite_sequence"} == {model._meta.table_name for model in TABLES} | {"migrations"}


def test_every_row_that_expires_can_be_found_by_its_instant(storage: None) -> None:
    hanging = {"access_tokens", "refresh_tokens"}  # these go with their grant
    for model in TABLES:
        table = model._meta.table_name
        if "expires_at" in model._meta.fields and table not in hanging:
            assert ["expires_at"] in [index.columns for index in db.get_indexes(table)], table


def test_a_confidential_client_without_a_secret_cannot_be_stored(storage: None) -> None:
    with pytest.raises(database.Conflict), database.transaction():
        given.client(secret_digest=None)


def test_a_public_client_with_a_secret_cannot_be_stored(storage: None) -> None:
    with pytest.raises(database.Conflict), database.transaction():
        given.client(auth_method="none", secret_digest="x")


def test_a_person_has_one_password_at_most(storage: None) -> None:
    from idp.storage import credentials

    ada = given.user()
    credentials.add(ada, "password", {}, 1)
    with pytest.raises(database.Conflict), database.transaction():
        credentials.add(ada, "password", {}, 1)


class Fresh:
    """A database of this test's own, at the first version."""

    def __init__(self, url: str, backups: Path) -> None:
        self.url, self.backups = url, backups
        self.applied = self.migrate()

    def migrate(self) -> list[Step]:
        database.close()
        return opening.open_or_create(self.url, backups=self.backups, keys_exist=False)

    def serve(self) -> None:
        database.close()
        opening.open_existing(self.url)


@pytest.fixture
def fresh(tmp_path: Path, new_database_url: Callable[[Path], str]) -> Iterator[Fresh]:
    made = Fresh(new_database_url(tmp_path), tmp_path / "backups")
    yield made
    database.close()


@pytest.fixture
def second_step(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Gives this version one more step."""
    known = migrations.steps()

    def add(sql: str) -> None:
        monkeypatch.setattr(migrations, "steps", lambda: [*known, Step(known[-1].number + 1, "next", sql)])

    return add


def test_steps_are_numbered_without_a_gap() -> None:
    assert [step.number for step in migrations.steps()] == list(range(1, len(migrations.steps()) + 1))


def test_a_new_database_gets_every_step_once(fresh: Fresh) -> None:
    assert fresh.applied == migrations.steps()
    assert fresh.migrate() == []
    assert migrations.version() == migrations.steps()[-1].number


def test_a_new_database_needs_no_snapshot(fresh: Fresh) -> None:
    if len(migrations.steps()) == 1:
        assert not fresh.backups.exists()


def test_a_newer_database_is_refused_with_what_to_do(fresh: Fresh) -> None:
    db.execute_sql("INSERT INTO migrations (number, applied_at) VALUES (9999, 0)")
    for attempt in (fresh.serve, fresh.migrate):
        with pytest.raises(ConfigurationError, match=r"newer version.*9999"):
            attempt()


def test_an_older_database_is_not_served(fresh: Fresh, second_step: Callable[[str], None]) -> None:
    second_step("CREATE TABLE shelves (id {id})")
    with pytest.raises(ConfigurationError, match="idp init"):
        fresh.serve()


def test_a_second_step_is_applied_and_everything_is_still_there(
    fresh: Fresh, second_step: Callable[[str], None]
) -> None:
    given.user("ada")
    second_step("CREATE TABLE shelves (id {id}, name TEXT NOT NULL); CREATE INDEX shelves_name ON shelves (name)")
    assert [step.name for step in fresh.migrate()] == ["next"]
    assert "shelves" in db.get_tables()
    assert [user.username for user in User.select()] == ["ada"]
    assert fresh.migrate() == []


def test_a_snapshot_is_taken_before_a_second_step(fresh: Fresh, second_step: Callable[[str], None]) -> None:
    given.user("ada")
    second_step("DELETE FROM users")
    fresh.migrate()
    assert User.select().count() == 0
    if database.is_sqlite():
        (copy,) = fresh.backups.iterdir()
        assert copy.stat().st_mode & 0o777 == 0o600
        with sqlite3.connect(copy) as opened:
            assert opened.execute("SELECT username FROM users").fetchall() == [("ada",)]
            assert opened.execute("SELECT max(number) FROM migrations").fetchone() == (
                migrations.steps()[-1].number - 1,
            )
            assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        opened.close()
    else:
        schemas = "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 'before_0002')"
        ((schema,),) = db.execute_sql(schemas).fetchall()
        assert db.execute_sql(f'SELECT username FROM "{schema}".users').fetchall() == [("ada",)]


@pytest.mark.parametrize(
    "sql", ["CREATE TABLE half (id {id}); CREATE TABLE users (x INTEGER)",
            "DELETE FROM users; CREATE TABLE half (id {id}); NONSENSE"],
)  # fmt: skip
def test_a_step_that_fails_half_way_leaves_nothing(fresh: Fresh, second_step: Callable[[str], None], sql: str) -> None:
    given.user("ada")
    before = migrations.version()
    second_step(sql)
    with pytest.raises(ConfigurationError):
        fresh.migrate()
    assert "half" not in db.get_tables()
    assert migrations.version() == before
    assert User.select().count() == 1
