"""`Step`: one thing that an application does while it signs somebody in, and what was looked at in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SHOWN = 12  # characters of a token that are shown


@dataclass(frozen=True, slots=True)
class Check:
    """One question with its answer; pages have the words for `name`, whether it is as it should be or not."""

    name: str
    is_fine: bool
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Step:
    """What was asked where, the answers to the questions about it, and what came back."""

    name: str
    address: str = ""  # where it was asked
    milliseconds: int | None = None
    checks: list[Check] = field(default_factory=list)
    shown: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)  # what it is, and its members

    @property
    def is_fine(self) -> bool:
        """Whether everything in it is as it should be."""
        return bool(self.checks) and all(check.is_fine for check in self.checks)

    @property
    def was_tried(self) -> bool:
        """Whether it came to this step at all."""
        return bool(self.checks)

    def check(self, name: str, is_fine: bool, **values: object) -> bool:
        """Note the answer to a question, and return it."""
        self.checks.append(Check(name, is_fine, {key: str(value) for key, value in values.items()}))
        return is_fine

    def show(self, what: str, members: Mapping[str, Any]) -> None:
        """Show the members of what came back; tokens are cut short, so that a photograph of the page opens nothing."""
        self.shown.append((what, [(name, _in_json(name, value)) for name, value in members.items()]))


def _in_json(name: str, value: Any) -> str:
    if name.endswith("_token") and isinstance(value, str):
        return f"{value[:SHOWN]}…"
    return json.dumps(value, ensure_ascii=False)
