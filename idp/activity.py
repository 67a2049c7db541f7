"""The record of what happened: one row and one log line an event, never a secret.

Rows of one sign-in carry the same attempt, on the browser's way and on the application's.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal

from idp import clock
from idp.storage.database import afterwards
from idp.storage.models import Activity, JSONText
from idp.storage.statement import Statement

LONGEST_VALUE = 200  # characters; what a stranger sends must not fill the disk
_UNPRINTABLE = re.compile('[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"\\\\]')

Shown = str | int | list[str]

log = logging.getLogger("idp.activity")

_INSERT = Statement(
    "INSERT INTO activities (at, event, attempt, username, client_id, address, detail) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_json = JSONText().db_value


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
    fields = {"attempt": attempt, "user": user, "client": client, "address": address, **detail}
    shown = {name: _clean(value) for name, value in fields.items() if value is not None}
    rest = {name: shown[name] for name in detail if name in shown}
    _INSERT.execute(at, event, attempt, shown.get("user"), shown.get("client"), shown.get("address"), _json(rest))
    if log.isEnabledFor(logging.INFO):
        afterwards(lambda: _write(event, shown))


def rows(
    *, user: str | None = None, client: str | None = None, since: int = 0, after_id: int = 0, most: int = 1_000
) -> Iterator[Activity]:
    """The newest events that fit, oldest first."""
    query = Activity.select().where(Activity.at >= since, Activity.id > after_id)
    if user:
        query = query.where(Activity.username == user)
    if client:
        query = query.where(Activity.client_id == client)
    yield from reversed(list(query.order_by(Activity.id.desc()).limit(most)))


def _clean(value: Shown) -> Shown:
    if isinstance(value, int):
        return value
    if isinstance(value, list):
        return [str(_clean(part)) for part in value[:50]]
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", value[:LONGEST_VALUE])


class TextLine(logging.Formatter):
    """`2026-01-31T12:00:00+0000 INFO sign_in user="ada" client="…"`: one line whatever is in it."""

    def line(self, level: str, event: str, fields: Mapping[str, Shown]) -> str:
        """One event."""
        shown = "".join(f" {name}={_quoted(value)}" for name, value in fields.items())
        return f"{_instant(clock.now())} {level} {event}{shown}"

    def format(self, record: logging.LogRecord) -> str:
        trace = "\n" + self.formatException(record.exc_info) if record.exc_info else ""
        return self.line(record.levelname, str(_clean(record.getMessage())), {}) + trace


class JsonLine(logging.Formatter):
    """The same as one JSON object a line."""

    def line(self, level: str, event: str, fields: Mapping[str, Shown]) -> str:
        """One event."""
        return json.dumps({"at": _instant(clock.now()), "level": level, "event": event, **fields})

    def format(self, record: logging.LogRecord) -> str:
        trace = {"trace": self.formatException(record.exc_info)} if record.exc_info else {}
        return self.line(record.levelname, record.getMessage(), trace)


def _write(event: str, fields: Mapping[str, Shown]) -> None:
    """Log one event without the machinery of `logging`, which takes longer than the database for the row."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler) and isinstance(handler.formatter, TextLine | JsonLine):
            handler.stream.write(handler.formatter.line("INFO", event, fields) + "\n")
            handler.stream.flush()


@lru_cache(maxsize=1)
def _instant(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def _quoted(value: Shown) -> str:
    text = ",".join(map(str, value)) if isinstance(value, list) else value
    return str(text) if isinstance(text, int) else f'"{text}"'


def start_logging(form: Literal["text", "json"], level: str) -> None:
    """Send log lines to standard error.

    The libraries below us log codes, tokens and secrets when asked to be talkative, so they stay at warnings at any level.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine() if form == "json" else TextLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("idp").setLevel(level.upper())
    for name in ("pyop", "oic", "jwkest", "peewee"):
        logging.getLogger(name).setLevel(logging.WARNING)
