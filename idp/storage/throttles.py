"""Failures counted by key, each key within a window that begins with its first failure.

Each count is one statement, in the database that all processes share, so that none is lost.
"""

from __future__ import annotations

from idp.storage.statement import Statement

_FAILURES: Statement[tuple[int]] = Statement("SELECT failures FROM throttles WHERE key = ? AND expires_at > ?")
_FAIL_SQL = (
    "INSERT INTO throttles (key, failures, expires_at) VALUES (?, 1, ?) ON CONFLICT (key) DO UPDATE SET "
    "failures = CASE WHEN throttles.expires_at > ? THEN throttles.failures + 1 ELSE 1 END, "
    "expires_at = CASE WHEN throttles.expires_at > ? THEN throttles.expires_at ELSE excluded.expires_at END"
)
_FAIL = Statement(_FAIL_SQL)
_COUNT: Statement[tuple[int]] = Statement(f"{_FAIL_SQL} RETURNING failures")
_FORGIVE = Statement("UPDATE throttles SET failures = failures - 1 WHERE key = ? AND failures > 0")
_RESET = Statement("DELETE FROM throttles WHERE key = ?")


def failures(key: str, now: int) -> int:
    """How many failures stand against a key within its window."""
    found = _FAILURES.one(key, now)
    return 0 if found is None else found[0]


def fail(key: str, now: int, window: int) -> None:
    """Count one failure against a key; the first one begins a window of so many seconds."""
    _FAIL.execute(key, now + window, now, now)


def count(key: str, now: int, window: int) -> int:
    """The same; returns how many there are with it."""
    return _COUNT.only(key, now + window, now, now)[0]


def forgive(key: str) -> None:
    """Forget one failure of a key."""
    _FORGIVE.execute(key)


def reset(key: str) -> None:
    """Forget all failures of a key, and its window."""
    _RESET.execute(key)
