"""What all tables have in common."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from peewee import Model, TextField

from idp.storage.database import db

_LARGEST = 2**62  # numbers of rows are smaller, and what a database can be asked for is hardly larger
_encode = json.JSONEncoder(separators=(",", ":")).encode  # json.dumps would build an encoder for every value


class JSONText(TextField):
    """A JSON value kept as text, so that SQLite and PostgreSQL hold the same bytes."""

    def db_value(self, value: Any) -> str | None:
        return None if value is None else _encode(value)

    def python_value(self, value: str | None) -> Any:
        if value == "[]":  # what most lists are
            return []
        if value == "{}":  # and most objects
            return {}
        if value is None:
            return None
        words = _words(value) if value.startswith('["') else None
        return json.loads(value) if words is None else list(words)


@lru_cache(maxsize=2_048)
def _words(value: str) -> tuple[str, ...] | None:
    """A list of texts, which scopes and addresses are, taken apart once: the same few come with every row."""
    found = json.loads(value)
    return tuple(found) if all(isinstance(each, str) for each in found) else None


class Row(Model):
    # Whether a backup takes its rows along. False for what an old copy must not bring back to life: sign-ins, tokens and
    # links that have been ended or used since. Each model says it; there is no default that could bring back what is new.
    LASTING: ClassVar[bool]

    if TYPE_CHECKING:  # what peewee adds: the row's own key, and the keys behind references
        id: Any
        user_id: Any
        session_id: Any

    class Meta:
        database = db
        legacy_table_names = False

    @classmethod
    def by_number(cls, id: int) -> Self | None:
        """The row with this number, which somebody may have typed; None for those that no database could hold."""
        found: Self | None = cls.get_or_none(cls.id == id) if 0 < id < _LARGEST else None
        return found
