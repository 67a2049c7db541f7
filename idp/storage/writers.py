"""The queue in which writers of a SQLite database wait for each other.

SQLite would let them in one after the other too, but by sleeping and trying again, longer each time. The lock file only
orders those who wait; that one writes at a time is still SQLite's to see to.
"""

from __future__ import annotations

import fcntl
import os


class Queue:
    """One thread's place to wait. It must not be carried over a fork: parent and child would count as one."""

    def __init__(self, database: str) -> None:
        self.database = database
        self._file = os.open(f"{database}-queue", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def enter(self) -> None:
        """Wait until nobody else of the queue writes."""
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def leave(self) -> None:
        """Let the next one write."""
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def __del__(self) -> None:
        os.close(self._file)
