"""Loading private keys from their files, and the way out where that can't be done, in commands that work as they stand."""

from __future__ import annotations

import shlex
import stat
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from idp.errors import ConfigurationError
from idp.oidc import jwk
from idp.oidc.jwt import PrivateKey
from idp.oidc.key_entry import KeyEntry

_MISSING, _DAMAGED, _EXPOSED = "missing", "damaged", "exposed"


class Unfit(Exception):
    """A key that mustn't be used, or can't be: what is wrong with its file."""

    def __init__(self, fault: str, mode: int = 0) -> None:
        super().__init__(fault)
        self.fault, self.mode = fault, mode


def load_all(folder: Path, entries: Sequence[KeyEntry]) -> list[PrivateKey]:
    """The private key of each entry; raises ConfigurationError with a sentence about all that can't be loaded."""
    keys, unfit = [], []
    for entry in entries:
        try:
            keys.append(load(folder, entry))
        except Unfit as wrong:
            unfit.append((entry, wrong))
    if unfit:
        raise ConfigurationError(_way_out(folder, unfit))
    return keys


def load(folder: Path, entry: KeyEntry) -> PrivateKey:
    """The private key of an entry; raises Unfit, or ConfigurationError for a file that this user may not read."""
    path = _file(folder, entry)
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        pem = path.read_bytes()
    except FileNotFoundError:
        raise Unfit(_MISSING) from None
    except PermissionError:
        raise unreadable(path) from None
    if mode & 0o077:
        raise Unfit(_EXPOSED, mode)
    try:
        key = serialization.load_pem_private_key(pem, None)
        if not isinstance(key, PrivateKey) or jwk.thumbprint(key) != entry.kid:
            raise ValueError("another key")
    except (ValueError, TypeError):
        raise Unfit(_DAMAGED) from None
    return key


def unreadable(path: Path) -> ConfigurationError:
    """The refusal of a file that belongs to somebody else."""
    return ConfigurationError(
        f"{path} can't be read by this user. Run as its owner: chown $(id -un) {shlex.quote(str(path))}"
    )


def _way_out(folder: Path, unfit: Sequence[tuple[KeyEntry, Unfit]]) -> str:
    """What is wrong, and one way out of all of it: advice for each key would undo what the advice before has done."""
    said, exposed, lost = [], [], 0
    for entry, wrong in unfit:
        path = _file(folder, entry)
        if wrong.fault == _EXPOSED:
            said.append(f"Others can read the signing key {path} (mode {wrong.mode:04o}).")
            exposed.append(shlex.quote(str(path)))
        else:
            said.append(f"The signing key {path} is {wrong.fault}.")
            lost += 1
    it, key, file = ("it", "the key", "the file") if len(unfit) == 1 else ("them", "the keys", "the files")
    out = _commands([entry for entry, _wrong in unfit])
    if not lost:
        # A key that was copied is good for forging until it is published no more (RFC 7517 has no revocation).
        advice = f"Run: chmod 600 {' '.join(exposed)}. If somebody may have read {it} already, run after that: {out}"
    elif not exposed:
        advice = f"Put {file} of your backup there, or take {key} out with: {out}"
    else:
        advice = f"Take {key} out with: {out}"
    return " ".join([*said, advice])


def _commands(entries: Sequence[KeyEntry]) -> str:
    """The commands after which none of these keys is there any more; at least one signs for each algorithm all the time."""
    active = [entry.kid for entry in entries if entry.state == "active"]
    others = [entry.kid for entry in entries if entry.state != "active"]
    # The next ones first, or rotating would let them sign.
    steps = [f"idp key retire {' '.join(others)}"] if others else []
    steps += ["idp key rotate", f"idp key retire {' '.join(active)}"] if active else []
    return ", then: ".join(steps)


def _file(folder: Path, entry: KeyEntry) -> Path:
    return folder / f"{entry.kid}.pem"
