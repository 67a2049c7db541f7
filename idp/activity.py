"""The record of what happened: one row and one log line an event, never a secret.

Rows of one sign-in carry the same attempt, on the browser's way and on the application's. Rows of what an administrator
does carry who it was: the doors for administrators say so once (`acting`), not every function behind them.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar

from idp import clock, log
from idp.storage import activities
from idp.storage.database import afterwards

_logger = logging.getLogger("idp.activity")

rows = activities.rows

COMMAND_LINE = "command line"  # who does what is done there; no user name has a blank
_by: ContextVar[str | None] = ContextVar("by", default=None)


def acting(name: str | None) -> None:
    """From now on what this request or command writes down was done by this administrator; None: by nobody in particular."""
    _by.set(name)


def record(
    event: str,
    *,
    attempt: str | None = None,
    user: str | None = None,
    client: str | None = None,
    address: str | None = None,
    **detail: str | int | list[str] | None,
) -> None:
    """Write down one event; joins the caller's transaction, so that the row and the deed share their fate.

    `user` is a user name and `client` a client_id, as they were given: they may be unknown to us.
    """
    at = clock.now()
    if (by := _by.get()) is not None:
        detail.setdefault("by", by)
    fields = {"attempt": attempt, "user": user, "client": client, "address": address, **detail}
    shown = {name: log.clean(value) for name, value in fields.items() if value is not None}
    rest = {name: shown[name] for name in detail if name in shown}
    activities.add(at, event, shown, rest)
    if _logger.isEnabledFor(logging.INFO):
        afterwards(lambda: log.write(event, shown))
