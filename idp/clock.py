"""The only wall clock of the provider."""

from __future__ import annotations

import time


def now() -> int:
    """Seconds since the epoch, whole: the unit of every `_at` column and of `iat`, `exp`, `auth_time`."""
    return int(time.time())
