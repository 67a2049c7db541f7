"""What is said of settings that can't be taken, in the words of whoever wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_OF_TYPE = {
    "int_parsing": "must be a whole number.", "int_type": "must be a whole number.", "int_from_float": "must be a whole number.",
    "bool_parsing": "must be 1 or 0.", "bool_type": "must be 1 or 0.", "string_type": "must be text in quotes.",
    "path_type": "must be text in quotes.", "greater_than_equal": "must be {ge} or more.",
    "less_than_equal": "must be {le} or less.", "literal_error": "must be {expected}.",
    "string_too_long": "must have {max_length} characters or fewer.",
}  # fmt: skip


def of_error(error: Mapping[str, Any]) -> str:
    """What is wrong with a value, from pydantic's finding."""
    if words := _OF_TYPE.get(error["type"]):
        return words.format_map(error.get("ctx", {}))
    return str(error["msg"]).removeprefix("Value error, ")
