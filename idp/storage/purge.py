"""Deleting what has expired, a small batch at a time so that nobody waits for it."""

from __future__ import annotations

from typing import Any

from idp.storage.database import transaction
from idp.storage.statement import Statement

BATCH = 500  # rows a transaction; a few milliseconds
ACTIVITY_LIFETIME = 90 * 86_400  # seconds; long enough to look into what happened last month

DEVICE_CODE_LIFETIME = 3_600  # seconds after it has expired; a device that comes late is told so
# Seconds after the last day, of registration tokens too; lists say what has become of them.
INVITATION_LIFETIME = 30 * 86_400


def _delete(table: str, key: str, column: str = "expires_at") -> Statement[Any]:
    return Statement(
        f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {column} <= ? LIMIT {BATCH})"
    )


_EXPIRED = (
    _delete("interactions", "id"),
    _delete("pushed_requests", "digest"),
    _delete("used_assertions", "digest"),
    _delete("sessions", "id"),
    _delete("grants", "id"),  # takes its tokens along
    _delete("links", "digest"),
    _delete("throttles", "key"),
    _delete("mails", "id"),  # only those of a time when mail was switched off: others say that they are given up
    _delete("devices", "id"),
    _delete("logout_deliveries", "id"),
)
_INVITATIONS = _delete("invitations", "id")
_DEVICE_CODES = _delete("device_codes", "id")
_REGISTRATION_TOKENS = _delete("registration_tokens", "id")
# Rows are written in the order of time, so the oldest are those with the lowest ids; no index by time is needed.
_OLD_ACTIVITY = Statement(
    f"DELETE FROM activities WHERE id IN (SELECT id FROM activities ORDER BY id LIMIT {BATCH}) AND at <= ?"
)


def purge(now: int) -> int:
    """Delete every expired row and return how many there were."""
    work = [(statement, now) for statement in _EXPIRED] + [(_OLD_ACTIVITY, now - ACTIVITY_LIFETIME)]
    work.append((_INVITATIONS, now - INVITATION_LIFETIME))
    work.append((_DEVICE_CODES, now - DEVICE_CODE_LIFETIME))
    work.append((_REGISTRATION_TOKENS, now - INVITATION_LIFETIME))
    return sum(_drain(statement, before) for statement, before in work)


def _drain(statement: Statement[Any], before: int) -> int:
    total = 0
    while True:
        with transaction():
            deleted = statement.changed(before)
        total += deleted
        if deleted < BATCH:
            return total
