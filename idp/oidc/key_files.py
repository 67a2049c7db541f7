"""The folder of signing keys: a PEM file a key, and `keys.json` that says what each is for.

Every change writes files of its own first and then replaces `keys.json` in one step, so a reader sees the folder before or
after a change, never in between.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from idp import clock
from idp.errors import ConfigurationError, Invalid, NotFound
from idp.oidc import jwk, key_loading
from idp.oidc.jwt import ALGORITHMS, RS256, make_private_key
from idp.oidc.key_entry import KeyEntry, State
from idp.oidc.key_loading import Unfit, unreadable

MANIFEST = "keys.json"
HANDOVER = 86_400  # seconds; a key is published this long before it signs and after it last signed

FIRST_STATES: tuple[State, ...] = ("active", "next")


@dataclass(frozen=True)
class Rotation:
    """What has become of the keys: those that sign now, and those that should have and couldn't be used."""

    active: list[KeyEntry]
    replaced: list[KeyEntry]


def exist(folder: Path) -> bool:
    """Whether keys have been made in a folder."""
    return (folder / MANIFEST).exists()


def read(folder: Path) -> list[KeyEntry]:
    """Every key the folder should hold; raises ConfigurationError when it can't be read."""
    try:
        entries = [KeyEntry(**entry) for entry in json.loads((folder / MANIFEST).read_text())]
        if not any(entry.alg == RS256 and entry.state == "active" for entry in entries):
            raise ValueError("nothing signs")
        return entries
    except FileNotFoundError:
        raise ConfigurationError(
            f"There are no signing keys in {folder}. If this is a new installation, run: idp init. "
            "Otherwise put the keys folder of your backup there."
        ) from None
    except PermissionError:
        raise unreadable(folder / MANIFEST) from None
    except (ValueError, TypeError):
        raise ConfigurationError(f"{folder / MANIFEST} is damaged. Put the keys folder of your backup there.") from None


def contents(folder: Path) -> dict[str, bytes]:
    """Every file that belongs to the keys, by its name, as all were at one instant, whoever changes keys meanwhile."""
    while True:
        manifest = (folder / MANIFEST).read_bytes()
        with suppress(FileNotFoundError):
            keys = {path.name: path.read_bytes() for path in sorted(folder.glob("*.pem"))}
            if (folder / MANIFEST).read_bytes() == manifest:
                return {**keys, MANIFEST: manifest}


def create(folder: Path) -> bool:
    """Make the folder and the first keys; False when there are some already."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(folder):
        if (folder / MANIFEST).exists():
            return False
        # All algorithms at once: a key that only appears when a client chooses it would sign before others have read it.
        _write(folder, [_new(folder, alg, state) for alg in ALGORITHMS for state in FIRST_STATES])
    return True


def rotate(folder: Path) -> Rotation:
    """Let the next keys sign from now on and publish new next ones; a next key that can't be used is replaced before.

    Raises ConfigurationError for a file that this user may not read.
    """
    now = clock.now()
    with _locked(folder):
        entries, unfit = [], []
        for entry in read(folder):
            if entry.state == "active":
                entries.append(replace(entry, state="retired", retired_at=now))
            elif entry.state == "next":
                try:
                    key_loading.load(folder, entry)
                    fit = entry
                except Unfit:  # if it were to sign, the next start would be refused
                    unfit.append(entry)
                    fit = _new(folder, entry.alg, "next")
                entries.append(replace(fit, state="active"))
                entries.append(_new(folder, entry.alg, "next"))
            else:
                entries.append(entry)
        _write(folder, entries)
        for entry in unfit:
            (folder / f"{entry.kid}.pem").unlink(missing_ok=True)
    return Rotation([entry for entry in entries if entry.state == "active"], unfit)


def retire(folder: Path, *kids: str) -> list[KeyEntry]:
    """Stop publishing keys and delete their files; returns the new ones that take the place of those that were next.

    All of them or none: raises NotFound, or Invalid for a key that signs.
    """
    with _locked(folder):
        entries = read(folder)
        by_kid = {entry.kid: entry for entry in entries}
        for kid in kids:
            if kid not in by_kid:
                raise NotFound(f"There is no key {kid!r}. See: idp key list")
            if by_kid[kid].state == "active":
                raise Invalid(kid=f"The key {kid} signs now. Run first: idp key rotate")
        leaving = [by_kid[kid] for kid in dict.fromkeys(kids)]
        made = [_new(folder, entry.alg, "next") for entry in leaving if entry.state == "next"]
        _write(folder, [*(each for each in entries if each not in leaving), *made])
        for entry in leaving:
            (folder / f"{entry.kid}.pem").unlink(missing_ok=True)
    return made


@contextmanager
def replacing(folder: Path, files: Mapping[str, bytes]) -> Iterator[None]:
    """Put the files of a backup in the place of all keys once the block has ended well; nothing changes when it hasn't.

    The manifest comes last, and what it doesn't name goes away.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = {name: folder / f"{name}.unfinished" for name in sorted(files, key=lambda name: name == MANIFEST)}
    with _locked(folder):
        try:
            for name, path in unfinished.items():
                _put(path, files[name])
            yield
            for name, path in unfinished.items():
                os.replace(path, folder / name)
            _settle(folder)
            for key in folder.glob("*.pem"):
                if key.name not in files:
                    key.unlink()
        finally:
            for path in unfinished.values():
                path.unlink(missing_ok=True)


def _new(folder: Path, alg: str, state: State) -> KeyEntry:
    key = make_private_key(alg)
    kid = jwk.thumbprint(key)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _put(folder / f"{kid}.pem", pem)
    return KeyEntry(kid, alg, state, clock.now())


def _write(folder: Path, entries: list[KeyEntry]) -> None:
    text = json.dumps([asdict(entry) for entry in entries], indent=1)
    unfinished = folder / f"{MANIFEST}.{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    _put(unfinished, text.encode())
    os.replace(unfinished, folder / MANIFEST)
    _settle(folder)


def _settle(folder: Path) -> None:
    """Let what has been renamed in a folder survive a power cut."""
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _put(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder / ".lock", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
