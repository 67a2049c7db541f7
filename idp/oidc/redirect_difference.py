"""How a redirect URI that was sent differs from those that are registered: the nearest one, what differs, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from urllib.parse import SplitResult, urlsplit

from idp.oidc.redirect_uris import LONGEST

_WORDS = re.compile(r"[A-Za-z0-9]+|[^A-Za-z0-9]")
_LOCAL = re.compile(r"localhost|127(\.\d{1,3}){3}|0\.0\.0\.0|\[?::1?\]?|10(\.\d{1,3}){3}|192\.168(\.\d{1,3}){2}|[^.]+")

Part = tuple[str, bool]  # a piece of an address, and whether the other address has something else there


@dataclass(frozen=True, slots=True)
class Difference:
    """One registered address beside the one that was sent; `causes` has the likeliest first."""

    sent: tuple[Part, ...]
    registered: tuple[Part, ...]
    causes: tuple[str, ...]  # scheme, local, host, port, case, slash, path or query
    is_foreign: bool  # whether no registered address has this host, or is of this app


def difference(sent: str, registered: Iterable[str]) -> Difference | None:
    """The difference to the registered address that is nearest; None where there is none to compare with."""
    known = list(registered)
    if not known:
        return None
    sent = sent[:LONGEST]
    nearest = max(known, key=lambda uri: SequenceMatcher(None, sent, uri, autojunk=False).ratio())
    left, right = _WORDS.findall(sent), _WORDS.findall(nearest)
    here: list[Part] = []
    there: list[Part] = []
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        for parts, text in ((here, "".join(left[a:b])), (there, "".join(right[c:d]))):
            if text:
                parts.append((text, tag != "equal"))
    is_foreign = _origin(sent) not in {_origin(uri) for uri in known}
    return Difference(tuple(here), tuple(there), tuple(_causes(_split(sent), _split(nearest))), is_foreign)


def _causes(sent: SplitResult, known: SplitResult) -> Iterable[str]:
    if (sent.scheme, known.scheme) == ("http", "https"):
        yield "scheme"
    if _host(sent) != _host(known):
        yield "local" if _LOCAL.fullmatch(_host(sent) or "") else "host"
    elif _port(sent) != _port(known):
        yield "port"
    if sent.scheme != known.scheme and (sent.scheme, known.scheme) != ("http", "https"):
        yield "other_scheme"
    if sent.path != known.path:
        here, there = sent.path.rstrip("/"), known.path.rstrip("/")
        if here.lower() != there.lower():
            yield "path"
        else:
            yield from ["case"] * (here != there)
            yield from ["slash"] * (sent.path.endswith("/") != known.path.endswith("/"))
    if sent.query != known.query:
        yield "query"


def _split(uri: str) -> SplitResult:
    try:
        return urlsplit(uri)
    except ValueError:
        return SplitResult("", "", uri, "", "")


def _host(parts: SplitResult) -> str | None:
    try:
        return parts.hostname
    except ValueError:
        return None


def _origin(uri: str) -> tuple[str, str | None]:
    """What says whose address it is: the host, and for an app its scheme."""
    parts = _split(uri)
    return ("" if parts.scheme in ("http", "https") else parts.scheme, _host(parts))


def _port(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2].rpartition("]")[2].partition(":")[2]
