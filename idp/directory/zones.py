"""The time zones that people may choose from."""

from __future__ import annotations

import zoneinfo
from functools import cache

# The others are old names of these, or rules without a place.
_REGIONS = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/",
            "Pacific/")  # fmt: skip


@cache
def offered() -> tuple[str, ...]:
    """The names of the IANA database that stand for a place, sorted, and UTC."""
    found = (name for name in zoneinfo.available_timezones() if name.startswith(_REGIONS))
    return (*sorted(found), "UTC")


def find(typed: str) -> str | None:
    """The zone that somebody means who types its name or only the town's; None when it isn't exactly one."""
    wanted = "_".join(typed.casefold().split())
    exact = [name for name in offered() if name.casefold() == wanted]
    towns = [name for name in offered() if name.casefold().rpartition("/")[2] == wanted]
    found = exact or towns
    return found[0] if len(found) == 1 else None
