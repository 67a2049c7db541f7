"""Log lines: one a message whatever is in it, as text or as JSON, on standard error."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal

from idp import clock

LONGEST_VALUE = 200  # characters; what a stranger sends must not fill the disk
_UNPRINTABLE = re.compile('[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"\\\\]')

Shown = str | int | list[str]


def clean(value: Shown) -> Shown:
    """A value without characters that a terminal or a reader of lines obeys, and not too long."""
    if isinstance(value, int):
        return value
    if isinstance(value, list):
        return [str(clean(part)) for part in value[:50]]
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", value[:LONGEST_VALUE])


class TextLine(logging.Formatter):
    """`2026-01-31T12:00:00+0000 INFO sign_in user="ada" client="…"`: one line whatever is in it."""

    def line(self, level: str, event: str, fields: Mapping[str, Shown]) -> str:
        """One event."""
        shown = "".join(f" {name}={_quoted(value)}" for name, value in fields.items())
        return f"{_instant(clock.now())} {level} {event}{shown}"

    def format(self, record: logging.LogRecord) -> str:
        trace = "\n" + self.formatException(record.exc_info) if record.exc_info else ""
        return self.line(record.levelname, str(clean(record.getMessage())), {}) + trace


class JsonLine(logging.Formatter):
    """The same as one JSON object a line."""

    def line(self, level: str, event: str, fields: Mapping[str, Shown]) -> str:
        """One event."""
        return json.dumps({"at": _instant(clock.now()), "level": level, "event": event, **fields})

    def format(self, record: logging.LogRecord) -> str:
        trace = {"trace": self.formatException(record.exc_info)} if record.exc_info else {}
        return self.line(record.levelname, record.getMessage(), trace)


def write(event: str, fields: Mapping[str, Shown]) -> None:
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


def start(form: Literal["text", "json"], level: str) -> None:
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
