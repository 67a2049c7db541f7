"""JSON that comes from outside: whatever is in it, reading it ends in a value or in ValueError."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

DEEPEST = 20  # objects and arrays inside one another; nothing that is sent to us for good reason has more than five


def read(text: str | bytes) -> Any:
    """The value of a JSON text; raises ValueError for what is no JSON, no text, or too deep."""
    try:
        found = json.loads(text)
    except RecursionError:
        raise ValueError("too deep") from None
    layer = _containers([found])
    for _ in range(DEEPEST):
        layer = _containers(
            inner for value in layer for inner in (value.values() if isinstance(value, dict) else value)
        )
    if layer:
        raise ValueError("too deep")
    return found


def read_object(text: str | bytes) -> dict[str, Any]:
    """The same for a text that has to be a JSON object."""
    found = read(text)
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")
    return found


def _containers(values: Iterable[Any]) -> list[dict[str, Any] | list[Any]]:
    return [value for value in values if isinstance(value, dict | list)]
