"""How long people stay signed in: as an administrator has chosen, within bounds, else as is usual."""

from __future__ import annotations

from dataclasses import dataclass

from idp.storage import settings

HOUR, DAY = 3_600, 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Length:
    """One length in seconds: its usual value, and the least and the most that can be chosen."""

    name: str
    usual: int
    least: int
    most: int
    unit: int  # in which people say it

    def now(self) -> int:
        """The length that holds, in seconds; never beyond the bounds, whatever an old backup brings."""
        chosen = settings.chosen().get(self.name)
        return self.usual if chosen is None else min(max(int(chosen), self.least), self.most)


# NIST SP 800-63B-4 2.2.3: a day at most, then people show again who they are …
SESSION = Length("session_lifetime", DAY, HOUR, DAY, HOUR)
# … thirty days where that counts as one factor only …
KEPT = Length("kept_lifetime", 30 * DAY, DAY, 30 * DAY, DAY)
# … and two factors count as two for an hour without a visit.
TWO_FACTORS_IDLE = Length("two_factors_idle", HOUR, 5 * 60, HOUR, 60)

ALL = (SESSION, KEPT, TWO_FACTORS_IDLE)


def by_name(name: str) -> Length:
    """The length of that name."""
    return next(length for length in ALL if length.name == name)
