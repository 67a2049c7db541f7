"""What is said of settings that can't be taken, in the words of whoever wrote them."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import Any

from idp.setting_files import FILE, PREFIX

_OF_TYPE = {
    "int_parsing": "must be a whole number.", "int_type": "must be a whole number.", "int_from_float": "must be a whole number.",
    "bool_parsing": "must be 1 or 0.", "bool_type": "must be 1 or 0.", "string_type": "must be text in quotes.",
    "path_type": "must be text in quotes.", "greater_than_equal": "must be {ge} or more.",
    "less_than_equal": "must be {le} or less.", "literal_error": "must be {expected}.",
    "string_too_long": "must have {max_length} characters or fewer.",
}  # fmt: skip


def of_unknown_variable(name: str, known: Collection[str]) -> str:
    """What is said of a variable that is no setting, with the one that was probably meant."""
    return f"{name} is not a setting. {_meant(name, known)}"


def of_unknown_key(key: str, known: Collection[str]) -> str:
    """The same for a key of the settings file."""
    plain = key.lower().removeprefix(PREFIX.lower())
    if plain != key and plain in known:
        return f"{FILE}: {key} is not a setting there: write {plain}, in lower case and without {PREFIX}."
    return f"{FILE}: {key} is not a setting. {_meant(plain, known)}"


def _meant(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
    return f"Did you mean {close[0]}?" if close else "See the configuration table in the README."


def of_error(error: Mapping[str, Any]) -> str:
    """What is wrong with a value, from pydantic's finding."""
    if words := _OF_TYPE.get(error["type"]):
        return words.format_map(error.get("ctx", {}))
    return str(error["msg"]).removeprefix("Value error, ")
