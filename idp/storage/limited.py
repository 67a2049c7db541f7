"""What opens so many times until an instant, as rows: each use one conditional UPDATE."""

from __future__ import annotations

from typing import TypeVar

from idp.storage.models import Invitation, RegistrationToken
from idp.storage.models.limited import Limited
from idp.storage.pages import Page, page_of
from idp.storage.statement import Statement

Kind = TypeVar("Kind", bound=Limited)

OPEN = "used < uses AND expires_at > ? AND withdrawn_at IS NULL"  # SQL for those that could be used at an instant
_TABLES: dict[type[Limited], str] = {kind: kind._meta.table_name for kind in (Invitation, RegistrationToken)}
_USE = {
    kind: Statement(f"UPDATE {table} SET used = used + 1 WHERE digest = ? AND {OPEN}")
    for kind, table in _TABLES.items()
}
_WITHDRAW = {
    kind: Statement(f"UPDATE {table} SET withdrawn_at = ? WHERE digest = ? AND withdrawn_at IS NULL")
    for kind, table in _TABLES.items()
}


def use(row: Limited, now: int) -> bool:
    """Use it once; True for exactly as many callers as it is for."""
    return _USE[type(row)].changed(row.digest, now) == 1


def withdraw(row: Limited, now: int) -> bool:
    """Make it worthless; True for exactly one caller."""
    return _WITHDRAW[type(row)].changed(now, row.digest) == 1


def every(kind: type[Kind]) -> list[Kind]:
    """All of a kind that are remembered, the newest first."""
    return list(kind.select().order_by(kind.id.desc()))


def page(kind: type[Kind], *, after: str | None = None, before: str | None = None) -> Page[Kind]:
    """A page of all of a kind, the newest first; see `pages.page_of`."""
    return page_of(kind.select(), kind.id, after=after, before=before, newest_first=True)
