"""Whether what stands in a table of a file for `idp apply` are fields that there are, each of its kind."""

from __future__ import annotations

from typing import Any

_WORDS = {str: "a text", int: "a whole number", bool: "true or false", list: "a list of texts", dict: "a table"}


def problems(at: str, fields: Any, known: dict[str, type]) -> dict[str, str]:
    """A sentence for each field that there isn't, or whose value is of another kind; `at` says where in the file."""
    if not isinstance(fields, dict):
        return {at: f"{at}: must be a table."}
    problems = {}
    for name, value in fields.items():
        if name not in known:
            problems[f"{at}.{name}"] = f"{at}.{name}: there is no such field. There are: {', '.join(known)}."
        elif (
            not isinstance(value, known[name])
            or (isinstance(value, bool) and known[name] is int)
            or (isinstance(value, list) and not all(isinstance(each, str) for each in value))
        ):
            problems[f"{at}.{name}"] = f"{at}.{name}: must be {_WORDS[known[name]]}."
    return problems
