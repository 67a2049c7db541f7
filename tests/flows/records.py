"""Changing a provider's rows from outside, to let time pass where a test can't wait."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.server import Server


def change(server: Server, statement: str, *parameters: object) -> int:
    """Run one statement with `?` for parameters in the provider's database; returns the number of changed rows."""
    url = server.environ["IDP_DATABASE_URL"]
    if url.startswith("sqlite:///"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10)) as connection, connection:
            return connection.execute(statement, parameters).rowcount
    import psycopg

    with psycopg.connect(url) as connection:
        return connection.execute(statement.replace("?", "%s"), parameters).rowcount


def count(server: Server, statement: str, *parameters: object) -> int:
    """The number that one SELECT answers with."""
    url = server.environ["IDP_DATABASE_URL"]
    if url.startswith("sqlite:///"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10)) as connection:
            return int(connection.execute(statement, parameters).fetchone()[0])
    import psycopg

    with psycopg.connect(url) as connection:
        found = connection.execute(statement.replace("?", "%s"), parameters).fetchone()
        assert found is not None
        return int(found[0])
