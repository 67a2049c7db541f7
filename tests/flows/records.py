"""A provider's rows from outside: changing them, to let time pass where a test can't wait, and looking at them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from tests.server import Server


def change(server: Server, statement: str, *parameters: object) -> int:
    """Run one statement with `?` for parameters in the provider's database; returns the number of changed rows."""
    return int(_run(server, statement, parameters).rowcount)


def read(server: Server, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
    """The rows that a query with `?` for parameters finds."""
    return list(_run(server, statement, parameters, rows=True))


def count(server: Server, statement: str, *parameters: object) -> int:
    """The number that one SELECT answers with."""
    return int(read(server, statement, *parameters)[0][0])


def _run(server: Server, statement: str, parameters: tuple[object, ...], *, rows: bool = False) -> Any:
    url = server.environ["IDP_DATABASE_URL"]
    if url.startswith("sqlite:///"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10)) as connection, connection:
            cursor = connection.execute(statement, parameters)
            return cursor.fetchall() if rows else cursor
    import psycopg

    with psycopg.connect(url) as connection:
        done = connection.execute(statement.replace("?", "%s"), parameters)
        return done.fetchall() if rows else done
