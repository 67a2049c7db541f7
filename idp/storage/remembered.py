"""What a process remembers of the database for a second, so that requests have no query more for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from weakref import WeakSet

LOOK_EVERY = 1.0  # seconds; how soon what somebody changed, or a restored backup, is felt in every process

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """A value that is read anew when it is a second old, or when another database has been opened.

    Its reader is given what it last read, None the first time, to fall back on where it may. What it raises is raised by
    every look: what was read before isn't told any more.
    """

    _value: Value | None
    _look_at: float  # by the monotonic clock

    def __init__(self, read: Callable[[Value | None], Value]) -> None:
        self._read = read
        self.forget()
        _ALL.add(self)

    def value(self) -> Value:
        """The value, as it was at most a second ago."""
        if time.monotonic() < self._look_at:
            return self._value  # type: ignore[return-value]  # it has been read
        value = self._value = self._read(self._value)
        self._look_at = time.monotonic() + LOOK_EVERY
        return value

    def look_again(self) -> None:
        """Let it be read anew when somebody asks next."""
        self._look_at = 0.0

    def forget(self) -> None:
        """The same, without what was read before."""
        self._value, self._look_at = None, 0.0


_ALL: WeakSet[Remembered[Any]] = WeakSet()


def forget_all() -> None:
    """Forget everything: another database is open now."""
    for each in _ALL:
        each.forget()
