"""`Finding`: what was looked at, how it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

FINE = "fine"
NOTE = "note"  # works, but somebody should know
BAD = "bad"  # something doesn't work, or isn't safe

Run = Callable[[Callable[[], Any]], Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer, for a person who runs a media server."""

    subject: str
    state: str
    says: str
    mend: str | None = None

    def to_json(self) -> dict[str, str | None]:
        """The finding for another program."""
        return asdict(self)
