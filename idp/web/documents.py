"""Answers whose bytes are made once: discovery, the key set, style sheet and scripts; given before Flask is asked."""

from __future__ import annotations

import hashlib
import json
import logging
import mimetypes
from collections.abc import Callable
from pathlib import Path

from idp import endpoints
from idp.config import Config
from idp.oidc import metadata
from idp.oidc.keys import KeySet
from idp.storage.database import Damaged, Unavailable
from idp.storage.remembered import Remembered
from idp.web import accent
from idp.web.headers import Completer, Headers

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
CACHE_DOCUMENT = "public, max-age=3600"  # seconds; `key rotate` notes it when the next key is younger than a day
CACHE_STATIC = "public, max-age=31536000, immutable"  # the address changes with the content

# RPs in a browser read both, from wherever they are; there is nothing in them that isn't public.
_PUBLIC = [("access-control-allow-origin", "*"), ("cross-origin-resource-policy", "cross-origin")]


class Document:
    """Bytes with their headers and the tag that says whether somebody has them already."""

    def __init__(self, body: bytes, content_type: str, headers: Headers) -> None:
        self.body = body
        self.tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
        self._raw_tag = self.tag.encode()
        self.headers = [("etag", self.tag), *headers]
        self._whole = [("content-type", content_type), *self.headers]

    def answer(self, if_none_match: bytes | None) -> tuple[int, list[tuple[str, str]], bytes]:
        """Status, headers and body: 304 for who names the tag (RFC 9110 13.1.2)."""
        if if_none_match is not None and (if_none_match.strip() == b"*" or self._raw_tag in if_none_match):
            return 304, self.headers, b""
        return 200, self._whole, self.body


class Documents:
    """All of them, by path."""

    def __init__(self, config: Config, keys: KeySet, takes_registrations: Callable[[], bool] = lambda: False) -> None:
        self._issuer = config.issuer
        self._keys = keys
        self._takes_registrations = takes_registrations
        self._is_open = Remembered(self._ask)
        self._complete = Completer(config).complete
        self._static = {f"/static/{path.name}": self._read(path) for path in sorted(STATIC.iterdir()) if path.is_file()}
        self._static["/favicon.ico"] = self._static["/static/foyer.svg"]
        self._made_of: tuple[bytes, bool] | None = None
        self._follow()
        self._by_path: dict[str, Callable[[], Document]] = {
            endpoints.DISCOVERY: self._discovery_now,
            endpoints.AS_DISCOVERY: self._discovery_now,
            endpoints.JWKS: self._jwks_now,
        }

    def find(self, path: str) -> Document | None:
        """The document at a path."""
        if make := self._by_path.get(path):
            return make()
        if path.startswith(accent.PREFIX):
            return self._accent(path)
        return self._static.get(path)

    def asset(self, name: str) -> str:
        """The address of a static file, which changes with its content."""
        return f"/static/{name}?v={self._static[f'/static/{name}'].tag[1:13]}"

    def _accent(self, path: str) -> Document | None:
        colour = accent.named(path)
        if colour is None:
            return None
        body = accent.sheet(colour).encode()
        return Document(body, "text/css; charset=utf-8", self._complete([("cache-control", CACHE_STATIC)]))

    def _discovery_now(self) -> Document:
        self._follow()
        return self._discovery

    def _jwks_now(self) -> Document:
        self._follow()
        return self._jwks

    def _follow(self) -> None:
        jwks, open_ = self._keys.jwks(), self._is_open.value()
        if self._made_of is not None and jwks is self._made_of[0] and open_ == self._made_of[1]:
            return
        found = metadata.document(self._issuer, self._keys.algorithms(), takes_registrations=open_)
        discovery = json.dumps(found).encode()
        headers = self._complete([("cache-control", CACHE_DOCUMENT), *_PUBLIC])
        self._discovery = Document(discovery, "application/json", headers)
        self._jwks = Document(jwks, "application/json", headers)
        self._made_of = jwks, open_

    def _ask(self, before: bool | None) -> bool:
        """Whether applications may register themselves."""
        try:
            return self._takes_registrations()
        except (*Unavailable, Damaged):  # discovery goes on without a database, as it was
            log.warning("the database can't be asked whether applications may register themselves")
            return bool(before)

    def _read(self, path: Path) -> Document:
        content_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        if content_type.startswith("text/"):
            content_type += "; charset=utf-8"
        headers = [("cache-control", CACHE_STATIC)]
        if path.suffix == ".svg":
            headers.append(("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'"))
        return Document(path.read_bytes(), content_type, self._complete(headers))
