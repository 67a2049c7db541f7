"""Values shared by every process and machine of this provider."""

from __future__ import annotations

import secrets
import time
from typing import Any

from idp.storage import database
from idp.storage.database import transaction
from idp.storage.models import Setting
from idp.storage.statement import Statement

_FIND = Statement("SELECT value FROM settings WHERE name = ?")
LOOK_EVERY = 1.0  # seconds; how soon a restored backup is felt in every process
_remembered: dict[str, tuple[Any, float, str]] = {}  # by name: which database, until when, and what it was

BACKED_UP_AT = "backed_up_at"  # when somebody last made a backup, in epoch seconds
REQUIRE_MFA = "require_mfa"  # there while everybody needs a second factor


def is_on(name: str) -> bool:
    """Whether a switch of this provider is on."""
    return _FIND.one(name) is not None


def switch(name: str, *, on: bool) -> None:
    """Turn a switch of this provider on or off; the caller opens a durable transaction."""
    if on:
        Setting.insert(name=name, value="on").on_conflict_ignore().execute()
    else:
        Setting.delete().where(Setting.name == name).execute()


def number(name: str) -> int | None:
    """A value that was kept with `keep_number`, or None."""
    found = _FIND.one(name)
    return int(found[0]) if found else None


def keep_number(name: str, value: int) -> None:
    """Keep a number that all processes share."""
    with transaction(durable=True):
        Setting.insert(name=name, value=str(value)).on_conflict(
            conflict_target=[Setting.name], update={Setting.value: str(value)}
        ).execute()


def secret(name: str) -> str:
    """A random value of 256 bits that is made once and stays."""
    found = _FIND.one(name)
    if found is None:
        with transaction(durable=True):
            Setting.insert(name=name, value=secrets.token_urlsafe(32)).on_conflict_ignore().execute()
        found = _FIND.only(name)
    return str(found[0])


def remembered_secret(name: str) -> str:
    """The same for a path that every sign-in takes: asks the database once a second at most."""
    known, now = _remembered.get(name), time.monotonic()
    if known is None or known[0] is not database.db.obj or known[1] <= now:
        known = _remembered[name] = database.db.obj, now + LOOK_EVERY, secret(name)
    return known[2]
