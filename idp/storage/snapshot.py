"""A copy of the whole database, made while it is in use."""

from __future__ import annotations

import os
from pathlib import Path

from idp.storage import database
from idp.storage.database import db


def take(folder: Path, name: str) -> str:
    """Copy the open database and return where the copy is.

    SQLite: a file in the folder, made with VACUUM INTO, as copying the file alone would miss what still stands in the
    write-ahead log. PostgreSQL: a schema of that name beside the tables.
    """
    if database.is_sqlite():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = folder / f"{name}.sqlite"
        unfinished = target.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        db.execute_sql("VACUUM INTO ?", (str(unfinished),))
        unfinished.chmod(0o600)
        os.replace(unfinished, target)
        return str(target)
    schema = '"' + name.replace("-", "_") + '"'
    with database.transaction(durable=True):
        db.execute_sql(f"CREATE SCHEMA {schema}")
        for table in db.get_tables():
            db.execute_sql(f'CREATE TABLE {schema}."{table}" AS TABLE "{table}"')
    return f"the schema {schema}"
