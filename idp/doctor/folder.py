"""The folder of the data: whether others can look into it."""

from __future__ import annotations

import shlex
import stat
from pathlib import Path

from idp.doctor.finding import BAD, Finding
from idp.said import said


def open_to_others(folder: Path) -> Finding | None:
    """What is wrong with a folder that others can look into; None when only its owner can."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    if not mode & 0o077:
        return None
    return Finding(
        "Data folder",
        BAD,
        said("Others can read %(folder)s (mode %(mode)s).", folder=folder, mode=f"{mode:04o}"),
        said("Run: chmod 700 %(folder)s", folder=shlex.quote(str(folder))),
    )
