"""Hand-written SQL for the paths that every sign-in takes, answering with the same model objects as peewee does.

Building a query costs peewee ten times what SQLite needs to answer it; these are built once, when the module is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Generic, TypeVar, overload

import peewee

from idp.storage.database import execute, is_sqlite

_HALF = re.compile("[\ud800-\udfff]")


Answer = TypeVar("Answer")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")


class Statement(Generic[Answer]):
    """One SQL statement with `?` for its parameters.

    `{users}` in its text stands for all columns of the model whose table is `users`; each row comes back as one object
    a model, in the order in which the models are given, None where an outer join found nothing. `{users+}` stands for the
    same columns and what the model says can be COMPUTED, which becomes attributes of its objects. `held` rows can't be
    changed by others until the open transaction ends; whoever wants one `alone` also waits for all who hold it. In SQLite
    a transaction that writes is alone anyway.
    """

    @overload
    def __init__(self: Statement[tuple[Any, ...]], sql: str, *, held: bool = ..., alone: bool = ...) -> None: ...
    @overload
    def __init__(self: Statement[A], sql: str, model: type[A], /, *, held: bool = ..., alone: bool = ...) -> None: ...
    @overload
    def __init__(self: Statement[tuple[A, B]], sql: str, a: type[A], b: type[B], /) -> None: ...
    @overload
    def __init__(self: Statement[tuple[A, B, C]], sql: str, a: type[A], b: type[B], c: type[C], /) -> None: ...
    @overload
    def __init__(
        self: Statement[tuple[A, B, C, D]], sql: str, a: type[A], b: type[B], c: type[C], d: type[D], /
    ) -> None: ...
    def __init__(self, sql: str, *models: type[Any], held: bool = False, alone: bool = False) -> None:
        columns = {}
        for model in models:
            table = model._meta.table_name
            plain = [f'{table}."{field.column_name}"' for field in model._meta.sorted_fields]
            columns[table] = ", ".join(plain)
            columns[f"{table}+"] = ", ".join([*plain, *getattr(model, "COMPUTED", {}).values()])
        self._sqlite = sql.format_map(columns)
        lock = " FOR NO KEY UPDATE" if alone else " FOR SHARE" if held else ""
        self._postgresql = self._sqlite.replace("%", "%%").replace("?", "%s") + lock
        self._readers = [_Reader(model, more=f"{{{model._meta.table_name}+}}" in sql) for model in models]

    def execute(self, *parameters: Any) -> Any:
        """Run it; returns the driver's cursor."""
        return execute(self._sqlite if is_sqlite() else self._postgresql, parameters)

    def changed(self, *parameters: Any) -> int:
        """Run it; returns how many rows it changed. One row exactly is how something happens only once."""
        count: int = self.execute(*parameters).rowcount
        return count

    def all(self, *parameters: Any) -> list[Answer]:
        """Its rows; see `one`."""
        if not can_be_stored(parameters):
            return []
        return [self._read(row) for row in self.execute(*parameters).fetchall()]

    def one(self, *parameters: Any) -> Answer | None:
        """Its first row or None: an object for a single model, a tuple of objects for several, else the bare row."""
        row = self.execute(*parameters).fetchone() if can_be_stored(parameters) else None
        return None if row is None else self._read(row)

    def only(self, *parameters: Any) -> Answer:
        """Its row, where there always is one."""
        found = self.one(*parameters)
        assert found is not None
        return found

    def _read(self, row: Sequence[Any]) -> Any:
        if not self._readers:
            return row
        found, start = [], 0
        for reader in self._readers:
            found.append(reader(row[start : start + reader.width]))
            start += reader.width
        return found[0] if len(found) == 1 else tuple(found)


def can_be_stored(parameters: Sequence[Any]) -> bool:
    """Whether all texts are ones that a row could have: no NUL, no half characters. Others are found nowhere."""
    return all(
        not isinstance(text, str) or text.isprintable() or not ("\0" in text or _HALF.search(text))
        for text in parameters
    )


class _Reader:
    """Turns a slice of a row into an object of one model, with `more` than its columns where that is computed."""

    def __init__(self, model: type[peewee.Model], *, more: bool) -> None:
        fields = model._meta.sorted_fields
        self._computed = list(getattr(model, "COMPUTED", {})) if more else []
        self._columns = len(fields)
        self.width = self._columns + len(self._computed)
        self._model = model
        self._names = [field.name for field in fields]
        self._key = fields.index(model._meta.primary_key)
        plain = (peewee.BigIntegerField, peewee.IntegerField, peewee.AutoField, peewee.ForeignKeyField)
        self._convert = [
            (field.name, bool if type(field) is peewee.BooleanField else field.python_value)
            for field in fields
            if type(field) not in plain and type(field) is not peewee.TextField
        ]

    def __call__(self, values: Sequence[Any]) -> peewee.Model | None:
        if values[self._key] is None:
            return None
        data = dict(zip(self._names, values, strict=False))
        for name, converted in self._convert:
            if (value := data[name]) is not None:
                data[name] = converted(value)
        found = self._model.__new__(self._model)  # what peewee's constructor does, less the defaults
        found.__data__, found.__rel__, found._dirty = data, {}, set()  # type: ignore[attr-defined]
        for at, name in enumerate(self._computed, self._columns):
            setattr(found, name, bool(values[at]))
        return found
