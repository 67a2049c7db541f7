"""Every lasting row out of the database and into one again, SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import peewee

from idp.storage.database import db, execute, is_sqlite, reading, transaction
from idp.storage.models import TABLES, Row

LASTING = tuple(table for table in TABLES if table.LASTING)
BATCH = 1_000  # rows a statement

Rows = Iterable[dict[str, Any]]


def names() -> list[str]:
    """The names of the lasting tables, in an order in which they can be filled."""
    return [_name(table) for table in LASTING]


def out(take: Callable[[str, Iterator[dict[str, Any]]], None]) -> None:
    """Give every lasting table to `take`, by its name, with its rows; all of them as they are at one instant."""
    with reading():
        for table in LASTING:
            take(_name(table), _rows(table))


def replace(rows_of: Callable[[str], Rows]) -> None:
    """Put rows in the place of all that is there, in one transaction; raises Conflict, and changes nothing, for rows that
    don't fit together."""
    with transaction(durable=True):
        for table in reversed(TABLES):
            execute(f"DELETE FROM {_name(table)}")
        for table in LASTING:
            _fill(table, rows_of(_name(table)))


def _rows(table: type[Row]) -> Iterator[dict[str, Any]]:
    columns = [field.column_name for field in table._meta.sorted_fields]
    cursor = execute(f"SELECT {_listed(columns)} FROM {_name(table)}")
    while batch := cursor.fetchmany(BATCH):
        yield from (dict(zip(columns, row, strict=True)) for row in batch)


def _fill(table: type[Row], rows: Rows) -> None:
    fields = table._meta.sorted_fields
    columns = [field.column_name for field in fields]
    truths = {field.column_name for field in fields if isinstance(field, peewee.BooleanField)}  # numbers in SQLite
    marks = ", ".join([db.param] * len(columns))
    statement = f"INSERT INTO {_name(table)} ({_listed(columns)}) VALUES ({marks})"
    cursor = db.obj.connection().cursor()
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        with peewee.__exception_wrapper__:  # type: ignore[attr-defined]
            cursor.executemany(
                statement, [[bool(row[name]) if name in truths else row[name] for name in columns] for row in batch]
            )
    if not is_sqlite() and isinstance(table._meta.primary_key, peewee.AutoField):
        name = _name(table)
        execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), greatest(max(id), 1)) FROM {name}")


def _name(table: type[Row]) -> str:
    return str(table._meta.table_name)


def _listed(columns: list[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)
