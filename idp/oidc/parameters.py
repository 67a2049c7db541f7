"""From the bytes of a query or a form to parameters, strictly; what is unclear is refused before anything reads it."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import unquote_to_bytes

LONGEST = 65_536  # bytes of a form body
LONGEST_QUERY = 8_192  # bytes; browsers and proxies carry no more reliably
MOST = 100  # parameters
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile("[\x00-\x1f\x7f]")


class Malformed(ValueError):
    """Why parameters can't be read: a fixed text that repeats nothing of the input."""


def parse(raw: bytes, known: Collection[str], *, longest: int = LONGEST) -> dict[str, str]:
    """The known parameters of an x-www-form-urlencoded text; raises Malformed.

    Unknown ones are dropped and empty ones count as absent (RFC 6749 3.1), so `state=` comes back as nothing. A known one
    that comes twice is refused: two readers might pick different ones.
    """
    if len(raw) > longest:
        raise Malformed("The request is too long.")
    if _BROKEN_ESCAPE.search(raw):
        raise Malformed("The request has a broken percent escape.")
    pairs = [pair for pair in raw.split(b"&") if pair]
    if len(pairs) > MOST:
        raise Malformed("The request has too many parameters.")
    found: dict[str, str] = {}
    seen: set[str] = set()
    for pair in pairs:
        raw_name, _, raw_value = pair.partition(b"=")
        name = _decode(raw_name)
        if name not in known:
            continue
        if name in seen:
            raise Malformed("A parameter is repeated.")
        seen.add(name)
        if value := _decode(raw_value):
            found[name] = value
    return found


def every(raw: bytes, name: str) -> list[str]:
    """All values of a parameter that may come several times; raises Malformed."""
    pairs = (pair.partition(b"=") for pair in raw.split(b"&"))
    return [_decode(value) for each, _, value in pairs if value and _decode(each) == name]


def _decode(raw: bytes) -> str:
    if b"+" in raw:
        raw = raw.replace(b"+", b" ")
    if b"%" in raw:
        raw = unquote_to_bytes(raw)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("The request is not UTF-8.") from None
    if not text.isprintable() and _CONTROL.search(text):
        raise Malformed("The request has control characters.")
    return text
