"""How long a request may be: everywhere as long as the longest form, and longer where somebody sends a file."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 65_536  # bytes; the longest form is an authorization request
TIMEOUT = 10.0  # seconds for a whole body
FILE_TIMEOUT = 60.0  # seconds for one with a file, from a telephone far out
AROUND_A_FILE = 16_384  # bytes of the form that a file travels in
MOST_FILES = 8  # that a process takes in at once; strangers could fill its memory with them
# Bytes of a file that is too long: read on and thrown away, as browsers don't listen before.
LONGEST_READ = 32 * 1024 * 1024

REFUSED = "refused=size"  # the query of a page that explains why a file wasn't taken


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one path takes."""

    longest: int = LONGEST
    timeout: float = TIMEOUT
    instead: str | None = None  # where a browser is sent that has sent more

    @property
    def longest_read(self) -> int:
        """How many bytes are read, if only to be thrown away."""
        return self.longest if self.instead is None else LONGEST_READ


_USUAL = Allowance()
_by_path: dict[str, Allowance] = {}
_by_shape: list[tuple[re.Pattern[str], int]] = []


def allow(path: str, file: int, *, instead: str) -> None:
    """Let a file of so many bytes be sent to this path; whoever sends more is led to `instead`, where it is explained."""
    _by_path[path] = Allowance(file + AROUND_A_FILE, FILE_TIMEOUT, instead)


def allow_each(paths: str, file: int) -> None:
    """Let such a file be sent to each of these paths; `*` stands for one name in it. The path explains, with `refused`."""
    shape = "[A-Za-z0-9._~-]{1,200}".join(map(re.escape, paths.split("*")))
    _by_shape.append((re.compile(shape), file))


def of(path: str) -> Allowance:
    """What a path takes."""
    if found := _by_path.get(path):
        return found
    for shape, file in _by_shape:
        if shape.fullmatch(path):
            return Allowance(file + AROUND_A_FILE, FILE_TIMEOUT, f"{path}?{REFUSED}")
    return _USUAL


def longest(path: str) -> int:
    """How many bytes a path takes."""
    return of(path).longest
