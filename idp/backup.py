"""The backup file: accounts and applications, signing keys and pictures in one archive, whichever database they came from."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

from idp import __version__, clock
from idp.errors import Invalid
from idp.oidc import key_files
from idp.storage import archive, migrations, pictures, settings
from idp.storage.database import Conflict

FORMAT = 1
MANIFEST = "foyer.json"
_CHUNK = 1 << 20  # bytes
_KEY = re.compile(r"keys/([A-Za-z0-9_.-]{1,100})")
_PICTURE = re.compile(rf"{pictures.FOLDER}/([A-Za-z0-9_][A-Za-z0-9_.-]{{0,100}})")


def write(path: Path, *, keys_dir: Path, data_dir: Path) -> None:
    """Write a backup of the open database, the keys and the pictures; the server may go on running.

    Nothing stands at `path` until all of it does. Raises Invalid when there is a file already.
    """
    if path.exists():
        raise Invalid(file=f"{path} exists already. Choose another name.")
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as wrong:
        raise Invalid(file=f"{path} can't be written: {wrong.strerror}.") from None
    try:
        with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as tar:
            manifest = {
                "format": FORMAT,
                "version": __version__,
                "schema": migrations.version(),
                "made_at": clock.now(),
            }
            _put(tar, MANIFEST, io.BytesIO(json.dumps(manifest).encode()))
            archive.out(lambda name, rows: _put_rows(tar, name, rows))
            for name, content in key_files.contents(keys_dir).items():
                _put(tar, f"keys/{name}", io.BytesIO(content))
            for name, content in pictures.contents(data_dir):
                _put(tar, f"{pictures.FOLDER}/{name}", io.BytesIO(content))
        with unfinished.open("rb") as finished:
            os.fsync(finished.fileno())
        os.replace(unfinished, path)
        settings.keep_number(settings.BACKED_UP_AT, clock.now())
    finally:
        unfinished.unlink(missing_ok=True)


def check(path: Path) -> int:
    """When a backup was made, in epoch seconds; raises Invalid unless it is whole and of this version's tables."""
    with _opened(path) as tar:
        try:
            manifest: dict[str, Any] = json.loads(_read(tar, MANIFEST))
            form, schema, made_at = manifest["format"], manifest["schema"], int(manifest["made_at"])
            tar.getmember(f"keys/{key_files.MANIFEST}")
            missing = [name for name in archive.names() if f"tables/{name}.jsonl" not in tar.getnames()]
        except (KeyError, TypeError, ValueError):
            raise _no_backup(path) from None
    known = migrations.steps()[-1].number
    if form != FORMAT or schema != known or missing:
        raise Invalid(
            file=f"{path} was made by version {manifest.get('version')}, whose tables have number {schema}; this version "
            f"has {known}. Restore it with that version, then update."
        )
    return made_at


def restore(path: Path, *, keys_dir: Path, data_dir: Path) -> None:
    """Put a backup in the place of all that is there; sign-ins, tokens and links don't come back.

    Raises Invalid, with everything as it was, for a file that isn't a whole backup, and where there is no room for it.
    """
    made_at = check(path)
    # Keys and pictures are laid out next to their places before the tables are replaced. They move there after that, which
    # takes no room, when the stack is closed.
    with ExitStack() as laid_out, _opened(path) as tar:
        keys = {found[1]: _read(tar, name) for name in tar.getnames() if (found := _KEY.fullmatch(name))}
        shown = ((found[1], _read(tar, name)) for name in tar.getnames() if (found := _PICTURE.fullmatch(name)))
        try:
            laid_out.enter_context(key_files.replacing(keys_dir, keys))
            laid_out.enter_context(pictures.adding(data_dir, shown))
        except OSError as wrong:
            raise Invalid(
                file=f"{wrong.filename or data_dir} can't be written: {wrong.strerror}. So nothing was changed."
            ) from None
        try:
            archive.replace(lambda name: _rows(tar, name))
        except (Conflict, KeyError, ValueError):
            raise _no_backup(path) from None
        # The rows are from before this backup was noted as made; without this, none would seem to have been made ever.
        settings.keep_number(settings.BACKED_UP_AT, made_at)


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with gzip.open(path) as stream:  # tarfile stops before the checksum, which is behind everything
            while stream.read(_CHUNK):
                pass
        with tarfile.open(path, mode="r:gz") as tar:
            yield tar
    except FileNotFoundError:
        raise Invalid(file=f"There is no file {path}.") from None
    except (tarfile.TarError, zlib.error, EOFError, OSError):
        raise _no_backup(path) from None


def _put_rows(tar: tarfile.TarFile, name: str, rows: Iterator[dict[str, Any]]) -> None:
    with tempfile.TemporaryFile() as spool:  # an archive wants to know the size first
        for row in rows:
            spool.write(json.dumps(row, separators=(",", ":")).encode() + b"\n")
        _put(tar, f"tables/{name}.jsonl", spool)


def _put(tar: tarfile.TarFile, name: str, content: IO[bytes]) -> None:
    member = tarfile.TarInfo(name)
    member.mode, member.mtime, member.size = 0o600, clock.now(), content.seek(0, io.SEEK_END)
    content.seek(0)
    tar.addfile(member, content)


def _rows(tar: tarfile.TarFile, name: str) -> Iterator[dict[str, Any]]:
    member = tar.extractfile(f"tables/{name}.jsonl")
    assert member is not None
    for line in member:
        yield json.loads(line)


def _read(tar: tarfile.TarFile, name: str) -> bytes:
    member = tar.extractfile(name)
    if member is None:
        raise KeyError(name)
    return member.read()


def _no_backup(path: Path) -> Invalid:
    return Invalid(file=f"{path} is not a whole backup of this program, so nothing was changed.")
