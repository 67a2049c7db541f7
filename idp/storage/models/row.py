"""What all tables have in common."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from peewee import Model, TextField

from idp.storage.database import db

_encode = json.JSONEncoder(separators=(",", ":")).encode  # json.dumps would build an encoder for every value


class JSONText(TextField):
    """A JSON value kept as text, so that SQLite and PostgreSQL hold the same bytes."""

    def db_value(self, value: Any) -> str | None:
        return None if value is None else _encode(value)

    def python_value(self, value: str | None) -> Any:
        if value == "[]":  # what most lists are
            return []
        return None if value is None else json.loads(value)


class Row(Model):
    if TYPE_CHECKING:  # what peewee adds: the row's own key, and the keys behind references
        id: Any
        user_id: Any
        session_id: Any

    class Meta:
        database = db
        legacy_table_names = False
