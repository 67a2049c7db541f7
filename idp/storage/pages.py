"""Long lists, a page at a time: found by the key of the row before, so that the last page is as fast as the first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from peewee import Field, IntegerField, ModelSelect, Tuple, fn

from idp.storage.statement import can_be_stored

MOST = 50  # rows a page

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the keys by which the pages before and after them are found; None where there is no such page."""

    rows: list[Row]
    before: str | None
    after: str | None


def page_of(
    query: ModelSelect[Any], key: Field, *, after: str | None = None, before: str | None = None, most: int = MOST,
    ignoring_case: bool = False, newest_first: bool = False,
) -> Page[Any]:  # fmt: skip
    """The rows of a query that come after the row with this key, or before it; the first ones when neither is given.

    The key is a unique column with an index, and rows are sorted by it; `ignoring_case` sorts without the index, for tables
    that stay small.
    """
    cursor = _place(key, after if before is None else before)
    backwards = before is not None and cursor is not None
    ascending = backwards == newest_first
    parts = (fn.LOWER(key), key) if ignoring_case else (key,)
    if cursor is not None:
        wanted = Tuple(fn.LOWER(cursor), cursor) if ignoring_case else cursor
        mine = Tuple(*parts) if ignoring_case else key
        query = query.where(mine > wanted if ascending else mine < wanted)
    rows = list(query.order_by(*(part.asc() if ascending else part.desc() for part in parts)).limit(most + 1))
    more, rows = len(rows) > most, rows[:most]
    if backwards:
        rows.reverse()
    name = key.name
    there_is_before = more if backwards else cursor is not None
    there_is_after = bool(rows) if backwards else more
    return Page(
        rows,
        before=str(getattr(rows[0], name)) if rows and there_is_before else None,
        after=str(getattr(rows[-1], name)) if rows and there_is_after else None,
    )


def matching(query: ModelSelect[Any], words: str, *fields: Field) -> ModelSelect[Any]:
    """Those rows of a query in which each of the words stands in one of the fields, whatever its case."""
    if not can_be_stored([words]):
        return query.where(False)
    for word in words.split():
        found = fields[0].contains(word)
        for field in fields[1:]:
            found |= field.contains(word)
        query = query.where(found)
    return query


def _place(key: Field, text: str | None) -> str | int | None:
    """The key that an address names; None for what could never be one, which shows the first page."""
    if text is None or not can_be_stored([text]):
        return None
    if not isinstance(key, IntegerField):
        return text
    return int(text) if text.isdigit() and text.isascii() and len(text) <= 18 else None
