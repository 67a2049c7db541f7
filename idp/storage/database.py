"""The connection to SQLite or PostgreSQL, and transactions on it.

A connection belongs to a thread and stays open between requests. What the tables are is said in `models`, how they came
to be in `migrations`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import peewee

from idp.errors import ConfigurationError
from idp.storage.remembered import forget_all
from idp.storage.writers import Queue

BUSY_TIMEOUT = 5_000  # milliseconds a writer waits for another one
PRAGMAS = (
    ("journal_mode", "wal"),
    ("synchronous", "normal"),  # a power cut may lose the last codes and sessions, never more; see `transaction`
    ("foreign_keys", 1),
    ("busy_timeout", BUSY_TIMEOUT),
    ("wal_autocheckpoint", 2_000),  # pages, 8 MiB; copying them back more rarely makes who waits for it wait longer
    ("cache_size", -8_000),  # KiB a connection; the hot index pages of a million tokens fit
    ("trusted_schema", 0),
)

Unavailable = (peewee.OperationalError, peewee.InterfaceError)
"""What is raised when the database can't be reached, is full or is busy for too long."""
Damaged = peewee.DatabaseError
"""What is raised when the file is no database, or a broken one."""
Conflict = peewee.IntegrityError
"""What is raised when a row would break a uniqueness or a reference."""

db = peewee.DatabaseProxy()
_mine = threading.local()  # this thread's transaction, and its place among the writers


def open_database(url: str) -> None:
    """Choose the database that every model and statement of this process uses; connects when first needed."""
    close()
    if url.startswith("sqlite:///"):
        db.initialize(_sqlite(Path(url.removeprefix("sqlite:///"))))
    else:
        db.initialize(_postgresql(url))
    forget_all()


def is_sqlite() -> bool:
    """Whether the open database is a SQLite file."""
    return isinstance(db.obj, peewee.SqliteDatabase)


def sqlite_file() -> Path:
    """The path of the open SQLite database."""
    return Path(db.database)


def damage() -> str | None:
    """The first thing that SQLite finds wrong with its file, or None."""
    try:
        found = str(execute("PRAGMA quick_check(1)").fetchone()[0])
    except Damaged as wrong:
        return str(wrong)
    return None if found == "ok" else found


def close() -> None:
    """Close this thread's connection, if there is one."""
    _mine.__dict__.pop("queue", None)
    if db.obj is not None and not db.is_closed():
        db.close()


def refresh() -> None:
    """Drop this thread's connection if the server behind it has gone away, so that the next statement opens a new one."""
    if not db.is_closed() and not db.is_connection_usable():
        db.close()


def execute(sql: str, parameters: Sequence[Any] = ()) -> Any:
    """Run a statement in the database's own dialect; returns the driver's cursor.

    Straight on the connection: what peewee does around it takes as long as SQLite does for the statement.
    """
    connection = db.obj.connection()
    try:
        return connection.execute(sql, parameters)
    except Exception:
        with peewee.__exception_wrapper__:  # type: ignore[attr-defined]  # the driver's errors under the names above
            raise


def ask() -> None:
    """Ask the database something, to see whether it answers; raises Unavailable when it doesn't."""
    execute("SELECT 1").fetchone()


@contextmanager
def transaction(*, durable: bool = False) -> Iterator[None]:
    """Everything inside happens together or not at all; joins the transaction that is already open.

    Durable ones survive a power cut once they have returned: credentials, consents, revocations, registrations. The
    others may lose the last moments then, never more, and never after a mere crash of this program.
    """
    if in_transaction():
        assert not durable or _mine.durable, "a durable change inside a transaction that isn't"
        yield
        return
    later: list[Callable[[], None]] = []
    with _sqlite_writer(durable) if is_sqlite() else nullcontext():
        execute("BEGIN IMMEDIATE" if is_sqlite() else "BEGIN")  # a deferred one fails at once when two want to write
        _mine.durable, _mine.afterwards = durable, later
        try:
            if not durable and not is_sqlite():
                execute("SET LOCAL synchronous_commit TO off")
            yield
            execute("COMMIT")
        except BaseException:  # a full disk at COMMIT included: the connection must not stay inside
            execute("ROLLBACK")
            raise
        finally:
            _mine.durable = None
    for do in later:
        do()


@contextmanager
def reading() -> Iterator[None]:
    """One view of all tables, as they are now, however long the reading takes; writers aren't kept waiting."""
    execute("BEGIN" if is_sqlite() else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        yield
    finally:
        execute("ROLLBACK")


def afterwards(do: Callable[[], None]) -> None:
    """Do something once the open transaction has been committed, or at once when there is none.

    For what nobody else should wait for: while one writes, no other can.
    """
    if in_transaction():
        _mine.afterwards.append(do)
    else:
        do()


def take_turns(key: str) -> None:
    """Let transactions that name the same key happen one after the other, from here to their end.

    SQLite lets one writer in at a time anyway. PostgreSQL's rows can't be locked before they are there, keys can.
    """
    if in_transaction() and not is_sqlite():
        execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (key,))


def in_transaction() -> bool:
    """Whether this thread has a transaction open."""
    return getattr(_mine, "durable", None) is not None


@contextmanager
def _sqlite_writer(durable: bool) -> Iterator[None]:
    queue = getattr(_mine, "queue", None)
    if queue is None or queue.database != db.database:
        queue = _mine.queue = Queue(db.database)
    if durable:
        execute("PRAGMA synchronous = full")
    queue.enter()
    try:
        yield
    finally:
        queue.leave()
        if durable:
            execute("PRAGMA synchronous = normal")


def _sqlite(path: Path) -> peewee.Database:
    if path.exists() and not os.access(path, os.R_OK | os.W_OK):
        raise ConfigurationError(f"The database {path} can't be read and written by this user. Change its owner.")
    return peewee.SqliteDatabase(
        str(path), pragmas=PRAGMAS, lock_type="IMMEDIATE", timeout=BUSY_TIMEOUT / 1000, check_same_thread=False
    )


def _postgresql(url: str) -> peewee.Database:
    try:
        import psycopg  # noqa: F401  only who uses PostgreSQL needs the driver
    except ImportError:
        raise ConfigurationError(
            "IDP_DATABASE_URL names PostgreSQL, but its driver isn't installed. "
            "Install it with: pip install 'foyer-idp[postgresql]'"
        ) from None
    return peewee.PostgresqlDatabase(
        url.replace("postgres://", "postgresql://", 1), prefer_psycopg3=True, connect_timeout=5
    )
