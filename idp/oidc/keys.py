"""`KeySet`: the signing keys as a running provider uses them; follows the folder when it changes."""

from __future__ import annotations

import json
import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from idp.called import as_called
from idp.errors import ConfigurationError
from idp.oidc import jwk, key_files, key_loading
from idp.oidc.jwt import PrivateKey, Unverified, b64url, sign, verify
from idp.oidc.key_entry import KeyEntry
from idp.oidc.key_files import MANIFEST

log = logging.getLogger(__name__)

_encode = json.JSONEncoder(separators=(",", ":")).encode  # json.dumps would build an encoder for every token
LOOK_EVERY = 1.0  # seconds; how soon a rotation is felt in every process


@dataclass(frozen=True)
class SigningKey:
    """A loaded key, with the token header that names it ready made."""

    entry: KeyEntry
    private: PrivateKey
    header: str


def _header(entry: KeyEntry, typ: str) -> str:
    members = {"alg": entry.alg, "kid": entry.kid, "typ": typ}
    return b64url(json.dumps(members, separators=(",", ":")).encode())


class KeySet:
    """The keys in a folder: one signs for each algorithm, all are published."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._look_at = 0.0
        self._load()

    def sign(self, alg: str, claims: dict[str, Any], *, typ: str = "JWT") -> str:
        """A compact JWS by the active key of an algorithm; the type keeps one kind of token from passing as another."""
        self._follow()
        key = self._active[alg]
        header = key.header if typ == "JWT" else _header(key.entry, typ)
        message = f"{header}.{b64url(_encode(claims).encode())}"
        return f"{message}.{b64url(sign(key.private, message.encode()))}"

    def verify(self, token: Unverified) -> bool:
        """Whether a token was signed by one of our keys, retired ones included, with that key's algorithm."""
        self._follow()
        header = token.header
        if header.keys() & {"crit", "jwk", "jku", "x5u", "x5c", "b64"}:
            return False
        key = self._by_kid.get(header.get("kid", "")) if isinstance(header.get("kid"), str) else None
        return (
            key is not None
            and header.get("alg") == key.entry.alg
            and verify(key.private, token.message, token.signature)
        )

    def jwks(self) -> bytes:
        """The published JSON Web Key Set, active keys first (RFC 7517 5)."""
        self._follow()
        return self._jwks

    def algorithms(self) -> list[str]:
        """The algorithms there are keys for."""
        self._follow()
        return list(self._active)

    def _follow(self) -> None:
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + LOOK_EVERY
        try:
            if self._stamp() != self._loaded:
                self._load()
        except (ConfigurationError, OSError):
            # Who is signed in must not suffer from a slip in the folder: the keys in memory are still the right ones. The
            # whole way out of it is longer than a line of the log may be, and commands that are cut off do harm.
            log.error(as_called("the signing keys have changed and can't be loaded. What to do is told by: idp doctor"))

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._folder / MANIFEST)
        except OSError:  # `key_files.read` says what to do
            return None
        return (found.st_mtime_ns, found.st_ino)

    def _load(self) -> None:
        stamp = self._stamp()  # before the reading: a change meanwhile is seen at the next look
        entries = key_files.read(self._folder)
        loaded = zip(entries, key_loading.load_all(self._folder, entries), strict=True)
        keys = [SigningKey(entry, private, _header(entry, "JWT")) for entry, private in loaded]
        order = {"active": 0, "next": 1, "retired": 2}
        keys.sort(key=lambda key: order[key.entry.state])
        self._by_kid = {key.entry.kid: key for key in keys}
        self._active = {key.entry.alg: key for key in keys if key.entry.state == "active"}
        published = [
            {**jwk.public_members(key.private), "kid": key.entry.kid, "use": "sig", "alg": key.entry.alg}
            for key in keys
        ]
        self._jwks = json.dumps({"keys": published}).encode()
        self._loaded, self._look_at = stamp, time.monotonic() + LOOK_EVERY
