"""Every request that this provider makes to an address that an application names goes out here, and nowhere else.

    get         what is at an address, such as an application's public keys
    post_forms  tell one or many at the same time, such as that somebody has signed out

An application could name any address, also of machines that only this one can reach. So: https; no machine of a private
network unless the administrator allows it; the very address that was checked is the one that is connected to; no redirect,
no proxy from the environment; a limit for the whole exchange in time and in size. Both wait for somebody else's machine:
never call them inside a transaction. In the server other requests are answered meanwhile, if what waits is a form or
another POST.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
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
AT_ONCE = 4  # requests a process that read, and as many that tell; others' slow machines must not take all threads that there are
SIDE_BY_SIDE = 16  # of those that go out together
_GRACE = 1.0  # seconds; an exchange ends by itself, this is for a thread that gets no turn

__all__ = ["Answer", "Target", "get", "post_forms", "problem_of", "reach", "target_of", "use"]


def _here(do: Callable[[], Any], within: float) -> Any:
    return do()


elsewhere: Callable[[Callable[[], Any], float], Any] = _here
"""How to wait without keeping others waiting; the server sets it."""

log = logging.getLogger(__name__)
_reach = Reach()
# Two, as anybody can have slow addresses read again and again, and nobody may keep others from being signed out by that.
_reading, _telling = threading.BoundedSemaphore(AT_ONCE), threading.BoundedSemaphore(AT_ONCE)


def use(allowed: Reach) -> None:
    """Let requests reach this far from now on; said once, when the program starts."""
    global _reach  # noqa: PLW0603  one a process, like the database
    _reach = allowed


def reach() -> Reach:
    """How far requests reach."""
    return _reach


def get(url: str, *, longest: int = LONGEST, within: float = WITHIN) -> bytes:
    """What is at an address, if it answers with 200; raises OutgoingError, a sentence for the administrator."""
    target = target_of(url)
    answer: Answer = _outside(
        lambda: exchange.carry_out(target, "GET", None, longest, within, _reach), within, _reading
    )
    if answer.status != 200:
        raise OutgoingError(f"{url} answers with status {answer.status} instead of 200. Check the address.")
    return answer.body


def post_forms(
    forms: Sequence[tuple[str, Mapping[str, str]]], *, longest: int = LONGEST, within: float = WITHIN
) -> list[Answer | OutgoingError]:
    """What each address answers to its form, whatever its status but a redirect, or why nothing came of it.

    The limit of time is for all of them together.
    """
    deadline = time.monotonic() + within

    def send(form: tuple[str, Mapping[str, str]]) -> Answer | OutgoingError:
        left = deadline - time.monotonic()
        try:
            target = target_of(form[0])
            if left <= 0:
                raise OutgoingError("There was no time left for it. It will go better in a moment.")
            return exchange.carry_out(target, "POST", urlencode(form[1]).encode(), longest, left, _reach)
        except OutgoingError as error:
            return error
        except Exception:  # one of them must not take the others along
            log.exception("a request to %s failed unexpectedly", form[0])
            return OutgoingError("Something went wrong on our side; the server's log says what.")

    def send_all() -> list[Answer | OutgoingError]:
        with ThreadPoolExecutor(min(len(forms), SIDE_BY_SIDE), thread_name_prefix="outgoing") as pool:
            return list(pool.map(send, forms))

    try:
        sent: list[Answer | OutgoingError] = _outside(send_all, within, _telling) if forms else []
    except OutgoingError as error:
        sent = [error] * len(forms)
    return sent


def _outside(do: Callable[[], Any], within: float, places: threading.BoundedSemaphore) -> Any:
    assert not database.in_transaction(), "somebody else's machine is waited for inside a transaction"
    if not places.acquire(blocking=False):
        raise OutgoingError("Too many requests to other machines are under way. It will go better in a moment.")
    try:
        return elsewhere(do, within + _GRACE)
    except TimeoutError:
        raise OutgoingError(f"There was no answer within {within:g} seconds.") from None
    finally:
        places.release()
