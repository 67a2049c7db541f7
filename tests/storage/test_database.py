"""Connections and transactions."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from idp.storage import database
from idp.storage.database import db, transaction
from idp.storage.models import Setting, Throttle, User
from idp.storage.statement import Statement
from tests import given

ROOT = Path(__file__).resolve().parents[2]


def keep(name: str) -> None:
    Setting.create(name=name, value="x")


def kept() -> set[str]:
    return {row.name for row in Setting.select()}


def test_all_of_it_happens(storage: None) -> None:
    with transaction():
        keep("a")
        keep("b")
    assert kept() == {"a", "b"}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("durable", [False, True])
def test_or_nothing(storage: None, durable: bool, error: type[BaseException]) -> None:
    with pytest.raises(error), transaction(durable=durable):
        keep("a")
        raise error
    assert kept() == set()
    assert not database.in_transaction()


def test_an_inner_transaction_shares_the_fate_of_the_outer(storage: None) -> None:
    with pytest.raises(ValueError, match="outside"), transaction():
        with transaction():
            keep("a")
        raise ValueError("outside")
    assert kept() == set()


def test_a_failed_statement_does_not_end_the_thread_for_good(storage: None) -> None:
    for _ in range(3):
        with pytest.raises(database.Conflict), transaction():
            keep("a")
            keep("a")
    with transaction():
        keep("b")
    assert kept() == {"b"}


def test_models_and_statements_share_one_transaction(storage: None) -> None:
    insert = Statement("INSERT INTO settings (name, value) VALUES (?, ?)")
    with pytest.raises(ValueError, match="no"), transaction():
        insert.execute("a", "x")
        keep("b")
        assert kept() == {"a", "b"}
        raise ValueError("no")
    assert kept() == set()


def test_a_durable_change_inside_one_that_is_not_is_a_mistake(storage: None) -> None:
    with pytest.raises(AssertionError, match="durable"), transaction(), transaction(durable=True):
        pass
    assert not database.in_transaction()


def test_a_passing_change_may_join_a_durable_one(storage: None) -> None:
    with transaction(durable=True), transaction(), transaction(durable=True):
        keep("a")
    assert kept() == {"a"}


def _synchronous() -> str:
    if database.is_sqlite():
        return {1: "normal", 2: "full"}[db.execute_sql("PRAGMA synchronous").fetchone()[0]]
    return {"off": "normal", "on": "full"}[db.execute_sql("SHOW synchronous_commit").fetchone()[0]]


def test_only_what_is_durable_waits_for_the_disk(storage: None) -> None:
    with transaction():
        assert _synchronous() == "normal"
    with transaction(durable=True):
        assert _synchronous() == "full"
        with transaction():
            assert _synchronous() == "full"
    with pytest.raises(ValueError, match="no"), transaction(durable=True):
        raise ValueError("no")
    with transaction():
        assert _synchronous() == "normal"


def test_a_thread_has_a_connection_and_a_transaction_of_its_own(storage: None) -> None:
    seen: list[object] = []

    def look() -> None:
        seen.append(database.in_transaction())
        seen.append(len(kept()))
        database.close()

    with transaction():
        keep("a")
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert seen == [False, 0]


def test_a_closed_connection_is_opened_again_when_needed(storage: None) -> None:
    keep("a")
    database.close()
    database.close()
    assert kept() == {"a"}


def test_refreshing_keeps_a_connection_that_works(storage: None) -> None:
    keep("a")
    connection = db.connection()
    database.refresh()
    assert db.connection() is connection


def test_references_are_enforced(storage: None) -> None:
    with pytest.raises(database.Conflict), transaction():
        given.grant(User(id=999), given.client())


WRITER = """
import sys
from idp import throttle
from idp.storage import database
database.open_database(sys.argv[1])
counter = throttle.Counter(throttle.Limit("race", 10**6, 300), "one")
for _ in range(150):
    with database.transaction(durable=_ % 10 == 0):
        counter.is_open(1)
        counter.fail(1)
database.close()
"""


def test_processes_that_write_at_once_lose_nothing_and_lock_nobody_out(storage: None, _unit_database: str) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, _unit_database], cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]  # fmt: skip
    for writer in writers:
        _, said = writer.communicate(timeout=60)
        assert writer.returncode == 0, said
    assert Throttle.get().failures == 450


def test_sqlite_keeps_a_log_beside_the_file_and_waits_for_others(storage: None) -> None:
    if not database.is_sqlite():
        pytest.skip("PostgreSQL has its own ways")
    assert db.execute_sql("PRAGMA journal_mode").fetchone() == ("wal",)
    assert db.execute_sql("PRAGMA foreign_keys").fetchone() == (1,)
    assert db.execute_sql("PRAGMA busy_timeout").fetchone() == (database.BUSY_TIMEOUT,)
