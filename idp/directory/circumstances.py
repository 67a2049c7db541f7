"""From where somebody does something to their own account, for the record and for the mail about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The browser that it was done in."""

    address: str | None = None
    user_agent: str | None = None
