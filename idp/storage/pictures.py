"""Pictures of people, and logos: files in the data folder, under names that nobody can guess and none is used twice."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from idp import opaque
from idp.storage import settings
from idp.storage.appearance import LOGO
from idp.storage.statement import Statement

FOLDER = "pictures"
LEFT_ALONE = 3_600  # seconds that a file may be there before somebody's row names it
_NAME = re.compile(r"[0-9a-f]{32}\.(jpg|png)")
_NAMED: Statement[tuple[str]] = Statement(
    "SELECT picture FROM users WHERE picture IS NOT NULL UNION ALL SELECT logo FROM clients WHERE logo IS NOT NULL "
    f"UNION ALL SELECT value FROM settings WHERE name = '{settings.CHOSEN}{LOGO}'"
)

_folder: Path | None = None
_issuer = ""


def use(data_dir: Path, issuer: str) -> None:
    """Keep pictures in this data folder, and serve them at this address, from now on; said once, at the start."""
    global _folder, _issuer  # one a process, like the database
    _folder, _issuer = data_dir / FOLDER, issuer


def address(name: str) -> str:
    """Where everybody can fetch the picture of that name."""
    return f"{_issuer}/pictures/{name}"


def keep(content: bytes, kind: str) -> str:
    """Write a picture down, `kind` being jpg or png; returns its name."""
    name = f"{opaque.identifier()}.{kind}"
    path = _path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    _write(unfinished, content)
    unfinished.replace(path)  # whole or not at all
    return name


def contents(data_dir: Path) -> Iterator[tuple[str, bytes]]:
    """Every picture in a data folder with its name; those that are being added or removed at the moment may be missing."""
    for path in sorted((data_dir / FOLDER).glob("*")):
        if _NAME.fullmatch(path.name):
            with suppress(FileNotFoundError):
                yield path.name, path.read_bytes()


@contextmanager
def adding(data_dir: Path, files: Iterable[tuple[str, bytes]]) -> Iterator[None]:
    """Keep pictures in a data folder under names that they have, once the block has ended well; none when it hasn't."""
    folder = data_dir / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished: list[Path] = []
    try:
        for name, content in files:
            unfinished.append(folder / f"{name}.new")
            _write(unfinished[-1], content)
        yield
        for path in unfinished:
            path.replace(path.with_suffix(""))
    finally:
        for path in unfinished:
            path.unlink(missing_ok=True)


def read(name: str) -> bytes | None:
    """The picture of that name, if there is one."""
    if not _NAME.fullmatch(name):
        return None
    try:
        return _path(name).read_bytes()
    except FileNotFoundError:
        return None


def remove(name: str | None) -> None:
    """Delete a picture; nothing happens where there is none."""
    if name is not None and _NAME.fullmatch(name):
        _path(name).unlink(missing_ok=True)


def sweep(now: int) -> int:
    """Delete what nobody's row names, as people are deleted and processes killed half way; returns how many files."""
    if _folder is None or not _folder.is_dir():
        return 0
    old = [path for path in _folder.iterdir() if path.stat().st_mtime < now - LEFT_ALONE]
    named = {name for (name,) in _NAMED.all()} if old else set()
    gone = [path for path in old if path.name not in named]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _path(name: str) -> Path:
    assert _folder is not None, "nobody has said where pictures are"
    return _folder / name
