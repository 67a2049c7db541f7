"""Values shared by every process and machine of this provider."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from idp.storage.database import Damaged, Unavailable, db, transaction
from idp.storage.models import Setting
from idp.storage.remembered import Remembered
from idp.storage.statement import Statement

_FIND = Statement("SELECT value FROM settings WHERE name = ?")
CHOSEN = "chosen:"  # how the names of what administrators have chosen begin
_CHOSEN = Statement(f"SELECT name, value FROM settings WHERE name LIKE '{CHOSEN}%'")

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


def _read_chosen(before: Mapping[str, str] | None) -> Mapping[str, str]:
    try:
        return {name.removeprefix(CHOSEN): value for name, value in _CHOSEN.all()} if db.obj is not None else {}
    except (*Unavailable, Damaged):  # the page that says so has a name and a colour, too
        return before or {}


_chosen = Remembered(_read_chosen)


def chosen() -> Mapping[str, str]:
    """What administrators have chosen, by name, as it was at most a second ago."""
    return _chosen.value()


def choose(name: str, value: str | None) -> None:
    """Let this be chosen from now on, or nothing; the caller opens a durable transaction."""
    stored = CHOSEN + name
    if value is None:
        Setting.delete().where(Setting.name == stored).execute()
    else:
        _put(stored, value)
    look_again()


def look_again() -> None:
    """Let this process read what is chosen anew when somebody asks next."""
    _chosen.look_again()


def number(name: str) -> int | None:
    """A value that was kept with `keep_number`, or None."""
    found = _FIND.one(name)
    return int(found[0]) if found else None


def keep_number(name: str, value: int) -> None:
    """Keep a number that all processes share."""
    with transaction(durable=True):
        _put(name, str(value))


def _put(name: str, value: str) -> None:
    Setting.insert(name=name, value=value).on_conflict(
        conflict_target=[Setting.name], update={Setting.value: value}
    ).execute()


def secret(name: str) -> str:
    """A random value of 256 bits that is made once and stays."""
    found = _FIND.one(name)
    if found is None:
        with transaction(durable=True):
            Setting.insert(name=name, value=secrets.token_urlsafe(32)).on_conflict_ignore().execute()
        found = _FIND.only(name)
    return str(found[0])


def remembered_secret(name: str) -> Remembered[str]:
    """The same for a path that every sign-in takes: asks the database once a second at most."""
    return Remembered(lambda _before: secret(name))
