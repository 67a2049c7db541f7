"""JSON that comes from outside: whatever is in it, reading it ends in a value or in ValueError."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

DEEPEST = 20  # objects and arrays inside one another; nothing that is sent to us for good reason has more than five


def read(text: str | bytes) -> Any:
    """The value of a JSON text; raises ValueError for what is no JSON, no text, or too deep."""
    return _read(text)


def read_exactly(text: str | bytes) -> Any:
    """The same, for what is kept and told again: no member named twice, nothing that isn't JSON, such as NaN."""
    return _read(text, object_pairs_hook=_each_once, parse_constant=_no_number, parse_float=_finite)


def read_object(text: str | bytes, *, exactly: bool = False) -> dict[str, Any]:
    """The same for a text that has to be a JSON object."""
    found = read_exactly(text) if exactly else read(text)
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")
    return found


def is_too_deep(value: Any) -> bool:
    """Whether a value has more objects and arrays inside one another than JSON that is read here may have."""
    layer = _containers([value])
    for _ in range(DEEPEST):
        layer = _containers(
            inner for value in layer for inner in (value.values() if isinstance(value, dict) else value)
        )
    return bool(layer)


def _read(text: str | bytes, **hooks: Any) -> Any:
    try:
        found = json.loads(text, **hooks)
    except RecursionError:
        raise ValueError("too deep") from None
    if is_too_deep(found):
        raise ValueError("too deep")
    return found


def _each_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        raise ValueError("a name twice")
    return found


def _finite(text: str) -> float:
    found = float(text)
    if math.isinf(found):  # 1e999, which would be told again as Infinity
        raise ValueError(f"{text[:20]} is too large")
    return found


def _no_number(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _containers(values: Iterable[Any]) -> list[dict[str, Any] | list[Any]]:
    return [value for value in values if isinstance(value, dict | list)]
