"""The outbox: mails written in the same transaction as what they tell, taken out by whoever claims them first."""

from __future__ import annotations

from typing import Any

from idp.storage.models import JSONText, Mail, User
from idp.storage.statement import Statement

CLAIM = 600  # seconds that whoever claims a mail has to deliver it; somebody else tries it after that

_INSERT = Statement(
    "INSERT INTO mails (kind, user_id, recipient, detail, message_id, tries, created_at, due_at, expires_at) "
    "VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?)"
)
_DUE: Statement[tuple[Mail, User | None]] = Statement(
    "SELECT {mails}, {users} FROM mails LEFT JOIN users ON users.id = mails.user_id WHERE mails.due_at <= ? "
    "AND mails.expires_at > ? ORDER BY mails.due_at, mails.id LIMIT ?",
    Mail,
    User,
)
_CLAIM = Statement("UPDATE mails SET due_at = ?, tries = tries + 1 WHERE id = ? AND due_at = ?")
_POSTPONE = Statement("UPDATE mails SET due_at = ? WHERE id = ?")
_REMOVE = Statement("DELETE FROM mails WHERE id = ?")
_LATE: Statement[tuple[int]] = Statement("SELECT count(*) FROM mails WHERE tries > 0 AND expires_at > ? AND due_at > ?")
_json = JSONText().db_value


def add(
    kind: str,
    user: User | None,
    recipient: str | None,
    detail: dict[str, Any],
    message_id: str,
    now: int,
    lifetime: int,
) -> None:
    """Write down a mail that has to go out within `lifetime` seconds, or not at all."""
    _INSERT.execute(kind, user.id if user else None, recipient, _json(detail), message_id, now, now, now + lifetime)


def due(now: int, most: int) -> list[tuple[Mail, User | None]]:
    """The mails that could be delivered now, and the people they are for; what an old backup brings back stays here."""
    return _DUE.all(now, now, most)


def late(now: int) -> int:
    """How many mails could not be delivered at their first try, and wait for the next."""
    return int(_LATE.only(now, now)[0])


def claim(mail: Mail, now: int) -> bool:
    """Take a mail to deliver it; True for exactly one caller."""
    if _CLAIM.changed(now + CLAIM, mail.id, mail.due_at) != 1:
        return False
    mail.tries += 1
    return True


def postpone(mail: Mail, until: int) -> None:
    """Have a claimed mail tried again later."""
    _POSTPONE.execute(until, mail.id)


def remove(mail: Mail) -> None:
    """Forget a claimed mail: it has gone out, or never will."""
    _REMOVE.execute(mail.id)
