"""Clients' keys that lie at an address of theirs (`jwks_uri`), as this process last saw them (OIDC Core 10.1.1)."""

from __future__ import annotations

from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from idp import clock, foreign_json
from idp.errors import OutgoingError
from idp.oidc import outgoing

FRESH = 600  # seconds until the address is asked anew
OLDEST = 3_600  # seconds for which keys count that can't be asked for again
AGAIN_AFTER = 60  # seconds; what fits no key may come from anybody, and mustn't make us ask more often
MOST_KEPT = 200  # addresses
MOST_WAITING = 3  # requests of a process that wait for one answer; further ones are refused and come again
_LONGER_THAN_IT_TAKES = 2 * outgoing.WITHIN  # seconds

Keys = list[dict[str, Any]]


@dataclass(slots=True)
class _Seen:
    """What an address has answered."""

    keys: Keys | None = None
    fetched_at: int = 0
    asked_at: int = 0
    asked_again_at: int = 0  # because something fitted no key
    problem: str = "There was no answer yet. It will go better in a moment."


_seen: dict[str, _Seen] = {}
_under_way: dict[str, _Errand] = {}


def at(uri: str) -> Keys:
    """The keys at an address, asked for when those we have are old; raises OutgoingError."""
    now, seen = clock.now(), _seen.get(uri)
    if seen is None:
        while len(_seen) >= MOST_KEPT:
            del _seen[next(iter(_seen))]
        seen = _seen[uri] = _Seen()
    is_fresh = seen.keys is not None and seen.fetched_at + FRESH > now
    if not is_fresh and (uri in _under_way or seen.asked_at + AGAIN_AFTER <= now):
        seen.asked_at = now
        _ask(uri, seen, now)
    if seen.keys is None or seen.fetched_at + OLDEST <= now:
        raise OutgoingError(seen.problem)
    return seen.keys


def again(uri: str) -> Keys:
    """The keys as they are now, or as they were less than AGAIN_AFTER ago; raises OutgoingError."""
    now, seen = clock.now(), _seen.setdefault(uri, _Seen())
    if uri in _under_way or seen.asked_again_at + AGAIN_AFTER <= now:
        seen.asked_again_at = now
        _ask(uri, seen, now)
    return at(uri)


def forget() -> None:
    """Forget all that was fetched."""
    _seen.clear()


class _Errand:
    """A question that is under way: who comes meanwhile waits for its answer in place of asking too."""

    def __init__(self) -> None:
        self.done: Future[None] = Future()
        self.waiting = 0


def _ask(uri: str, seen: _Seen, now: int) -> None:
    """Ask an address; what it answers, or why it doesn't, is in `seen` then."""
    if errand := _under_way.get(uri):
        if errand.waiting < MOST_WAITING:
            errand.waiting += 1
            wait = partial(errand.done.result, _LONGER_THAN_IT_TAKES)
            with suppress(TimeoutError):
                outgoing.elsewhere(wait, _LONGER_THAN_IT_TAKES)
        return
    errand = _under_way[uri] = _Errand()
    try:
        seen.keys, seen.fetched_at = _read(outgoing.get(uri)), now
    except OutgoingError as error:
        seen.problem = str(error)
    except ValueError:
        seen.problem = f"What {uri} answers is no JWK Set. Check the address."
    finally:
        del _under_way[uri]
        errand.done.set_result(None)


def _read(body: bytes) -> Keys:
    found = foreign_json.read_object(body, exactly=True).get("keys")
    if not isinstance(found, list) or not all(isinstance(key, dict) for key in found):
        raise ValueError("no JWK Set")
    return found
