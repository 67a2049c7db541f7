"""Every request that this provider makes to an address that an application names goes out here, and nowhere else.

    get        what is at an address, such as an application's public keys
    post_form  tell an application something, such as that somebody has signed out

An application could name any address, also of machines that only this one can reach. So: https; no machine of a private
network unless the administrator allows it; the very address that was checked is the one that is connected to; no redirect,
no proxy from the environment; a limit for the whole exchange in time and in size. Both wait for somebody else's machine:
never call them inside a transaction. In the server other requests are answered meanwhile, if what waits is a form or
another POST.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from idp.errors import OutgoingError
from idp.oidc.outgoing import exchange
from idp.oidc.outgoing.exchange import Answer
from idp.oidc.outgoing.target import Target, problem_of, target_of
from idp.reach import Reach
from idp.storage import database

WITHIN = 5.0  # seconds for one exchange, from the look at the name to the last byte
LONGEST = 65_536  # bytes of an answer, which is more than any key set or confirmation has
AT_ONCE = 4  # requests a process; others' slow machines must not take all threads that there are
_GRACE = 1.0  # seconds; an exchange ends by itself, this is for a thread that gets no turn

__all__ = ["Answer", "Target", "get", "post_form", "problem_of", "reach", "target_of", "use"]


def _here(do: Callable[[], Any], within: float) -> Any:
    return do()


elsewhere: Callable[[Callable[[], Any], float], Any] = _here
"""How to wait without keeping others waiting; the server sets it."""

_reach = Reach()
_places = threading.BoundedSemaphore(AT_ONCE)


def use(allowed: Reach) -> None:
    """Let requests reach this far from now on; said once, when the program starts."""
    global _reach  # noqa: PLW0603  one a process, like the database
    _reach = allowed


def reach() -> Reach:
    """How far requests reach."""
    return _reach


def get(url: str, *, longest: int = LONGEST, within: float = WITHIN) -> bytes:
    """What is at an address, if it answers with 200; raises OutgoingError, a sentence for the administrator."""
    answer = _ask("GET", url, None, longest, within)
    if answer.status != 200:
        raise OutgoingError(f"{url} answers with status {answer.status} instead of 200. Check the address.")
    return answer.body


def post_form(url: str, fields: Mapping[str, str], *, longest: int = LONGEST, within: float = WITHIN) -> Answer:
    """What an address answers to a form, whatever its status but a redirect; raises OutgoingError."""
    return _ask("POST", url, urlencode(fields).encode(), longest, within)


def _ask(method: str, url: str, form: bytes | None, longest: int, within: float) -> Answer:
    assert not database.in_transaction(), "somebody else's machine is waited for inside a transaction"
    target = target_of(url)
    if not _places.acquire(blocking=False):
        raise OutgoingError("Too many requests to other machines are under way. It will go better in a moment.")
    try:
        found: Answer = elsewhere(
            lambda: exchange.carry_out(target, method, form, longest, within, _reach), within + _GRACE
        )
    except TimeoutError:
        raise OutgoingError(f"{target.shown} didn't answer within {within:g} seconds.") from None
    finally:
        _places.release()
    return found
