"""Makes a small database big: copies of rows the product wrote itself, put straight into SQLite."""

import sqlite3
import time
from pathlib import Path

USERS = 100_000
CLIENTS = 1_000
GRANTS = 500_000
TOKENS = 1_000_000
ACTIVITIES = 500_000
CONTENT = f"{USERS:,} users, {CLIENTS:,} clients, {TOKENS:,} access tokens"
MONTH = 30 * 86_400  # seconds; nothing of it may expire, and be purged, during a run
RANDOM = "lower(hex(randomblob(32)))"


def fill(database: Path) -> None:
    """The database must hold one user with a password, one client and one complete sign-in."""
    db = sqlite3.connect(database, isolation_level=None)
    db.execute("PRAGMA cache_size = -400000")  # KiB; random primary keys touch every page
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("BEGIN")
    later = str(int(time.time()) + MONTH)
    names = {"username": "'user' || n", "email": "'user' || n || '@example.net'"}
    user = _copy(db, "users", USERS, {"sub": RANDOM, **names})
    client = _copy(db, "clients", CLIENTS, {"client_id": RANDOM, "name": "'application ' || n"})
    of_user = {"user_id": f"{user} + 1 + n % {USERS}"}
    _copy(db, "credentials", USERS, of_user)
    session = {"digest": RANDOM, "sid": RANDOM, "expires_at": later}
    _copy(db, "sessions", USERS, {**session, **of_user})
    of_client = {"client_id": f"{client} + 1 + n % {CLIENTS}"}
    fresh = {"sid": RANDOM, "attempt": RANDOM, "code_digest": RANDOM, "expires_at": later}
    grant = _copy(db, "grants", GRANTS, {**fresh, **of_user, **of_client})
    of_grant = {"grant_id": f"{grant} + 1 + n % {GRANTS}"}
    _copy(db, "access_tokens", TOKENS, {"digest": RANDOM, "expires_at": later, **of_grant})
    name = f"'user' || (1 + n % {USERS})"
    _copy(db, "activities", ACTIVITIES, {"attempt": RANDOM, "username": name})
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def _copy(db: sqlite3.Connection, table: str, count: int, values: dict[str, str]) -> int:
    """Add `count` copies of some row, with SQL for the columns that differ; `n` counts from 1.

    Returns the greatest id before: the new rows follow it without a gap.
    """
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    if unknown := set(values) - set(columns):
        raise RuntimeError(f"{table} has no {', '.join(sorted(unknown))}")
    last = 0
    if "id" in columns:
        columns.remove("id")
        last = int(db.execute(f"SELECT max(id) FROM {table}").fetchone()[0])
    chosen = ", ".join(values.get(column, f"model.{column}") for column in columns)
    done = db.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) WITH RECURSIVE numbers(n) AS "
        "(SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?) "
        f"SELECT {chosen} FROM numbers, (SELECT * FROM {table} LIMIT 1) AS model",
        (count,),
    )
    if done.rowcount != count:
        raise RuntimeError(f"{table}: {done.rowcount} rows instead of {count}")
    return last
