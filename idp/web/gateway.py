"""The server's door: from ASGI to Flask's WSGI, with every limit that has to hold before Flask sees a request.

Our own and not a ready-made adapter, because those hand a request on before it is whole: a slow sender would hold a
place for ever, and a body cut off on its way would arrive as a whole one.

All Python runs in one thread, one request after another, which is the fastest order for it. Two things leave that thread
while the request waits in a greenlet of its own and others are answered: what keeps a processor busy (`off_the_loop`:
hashes, pictures, new keys) and what waits for a machine, this one's own answers included (`elsewhere`).
"""

from __future__ import annotations

import asyncio
import io
import logging
import os
import threading
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from wsgiref.types import WSGIApplication

from greenlet import getcurrent, greenlet

from idp.config import Config
from idp.storage import database
from idp.web import bodies, gate
from idp.web.bodies import Allowance
from idp.web.documents import Document
from idp.web.headers import Answer, Completer, Headers

log = logging.getLogger(__name__)

Message = dict[str, Any]


class Gone(Exception):
    """The sender has hung up; there is nobody to answer."""


class TooLong(Exception):
    """The sender has sent more than the path takes, and is told so by a page."""

    def __init__(self, instead: str) -> None:
        super().__init__(instead)
        self.instead = instead


@dataclass(frozen=True, slots=True)
class _Errand:
    do: Callable[[], Any]
    within: float


class Gateway:
    """An ASGI application around a WSGI one; `find_document` answers what needs no thought."""

    def __init__(
        self, application: WSGIApplication, find_document: Callable[[str], Document | None], config: Config
    ) -> None:
        self._application = application
        self._find_document = find_document
        self._gate = gate.Gate(config)
        self._complete = Completer(config).complete
        self._threads = config.hashing_threads
        self._pool: ThreadPoolExecutor | None = None
        self._files = 0  # that are coming in

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        try:
            status, headers, body = await self._answer(scope, receive)
        except Gone:
            return
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        if status not in (204, 304):  # RFC 9110 8.6
            raw.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Message, receive: Callable[[], Awaitable[Message]]) -> Answer:
        method: str = scope["method"]
        path = scope["raw_path"].decode("latin-1")
        if method in ("GET", "HEAD") and (document := self._find_document(path)):
            return document.answer(next((value for name, value in scope["headers"] if name == b"if-none-match"), None))
        try:
            query = scope["query_string"].decode("latin-1")
            environ = self._gate.admit(method, path, query, scope["headers"], scope["client"])
            body = await self._body(receive, environ) if method not in ("GET", "HEAD") else b""
        except gate.TurnedAway as refusal:
            return refusal.status, [*self._complete(gate.HEADERS), ("connection", "close")], refusal.text.encode()
        except TooLong as refusal:
            return 303, self._complete([("location", refusal.instead)]), b""
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        # Every request, as any may have to wait: another spelling of its path would slip past a list of those that do.
        return await self._run_in_greenlet(environ)

    async def _body(self, receive: Callable[[], Awaitable[Message]], environ: dict[str, Any]) -> bytes:
        allowed, announced = bodies.of(environ["PATH_INFO"]), int(environ.get("CONTENT_LENGTH", 0))
        if announced > allowed.longest_read:
            raise gate.TurnedAway(413, "The request is too long.")
        if allowed.instead is None:
            return await _whole(receive, allowed)
        if self._files >= bodies.MOST_FILES:
            raise gate.TurnedAway(503, "Too many files are being sent at once. Please try again in a minute.")
        self._files += 1
        try:
            return await _whole(receive, allowed)
        finally:
            self._files -= 1

    async def _run_in_greenlet(self, environ: dict[str, Any]) -> Answer:
        """Run a request; whenever it calls `off_the_loop` or `elsewhere`, others get their turn."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="hashing", initializer=_stay_behind)
        request = greenlet(self.run)
        work = request.switch(environ)
        while not request.dead:
            try:
                if isinstance(work, _Errand):
                    # In other threads: whoever waits must not keep passwords from being checked.
                    result = await asyncio.wait_for(asyncio.to_thread(work.do), work.within)
                else:
                    result = await asyncio.get_running_loop().run_in_executor(self._pool, work)
            except Exception as error:
                work = request.throw(error)
            else:
                work = request.switch(result)
        answer: Answer = work
        return answer

    def run(self, environ: dict[str, Any]) -> Answer:
        """What the application answers to a request; never raises."""
        started: list[Any] = []

        def start_response(status: str, headers: Headers, exc_info: Any = None) -> Callable[..., None]:
            started[:] = [
                int(status[:3]),
                [(lower, value) for name, value in headers if (lower := name.lower()) != "content-length"],
            ]
            return lambda data: None

        try:
            answer: Iterable[bytes] = self._application(environ, start_response)
            try:
                body = b"".join(answer)
            finally:
                if close := getattr(answer, "close", None):
                    close()
            return started[0], self._complete(started[1]), body
        except Exception:  # nothing may reach the server's own answer, which has no headers of ours
            log.exception("a request failed outside the application")
            return 500, self._complete(gate.HEADERS), b"Something went wrong on our side. Please try again."


def _stay_behind() -> None:
    """Let this thread hash without a hurry: it doesn't push aside the one that answers requests, nor is it pushed often.

    Both lose what the processor has at hand whenever they take turns; it takes a twentieth off a sign-in.
    """
    if hasattr(os, "SCHED_BATCH"):  # Linux only
        with suppress(OSError):  # where a sandbox forbids it
            os.sched_setscheduler(threading.get_native_id(), os.SCHED_BATCH, os.sched_param(0))


async def _whole(receive: Callable[[], Awaitable[Message]], allowed: Allowance) -> bytes:
    """A body, once all of it is there."""
    body, more, size = bytearray(), True, 0
    try:
        async with asyncio.timeout(allowed.timeout):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":  # cut off on its way: never taken for a whole one
                    raise Gone
                part = message.get("body", b"")
                more, size = message.get("more_body", False), size + len(part)
                if size <= allowed.longest:
                    body += part
                elif size > allowed.longest_read:
                    raise gate.TurnedAway(413, "The request is too long.")
                else:
                    body.clear()
    except TimeoutError:
        raise gate.TurnedAway(408, "The request took too long to arrive.") from None
    if size > allowed.longest:
        raise TooLong(allowed.instead or "/")
    return bytes(body)


def off_the_loop(work: Callable[[], Any]) -> Any:
    """Do work for a processor that needs no Python, letting requests be answered meanwhile."""
    _assert_nobody_is_kept_out()
    current = getcurrent()
    if current.parent is None:  # not in a request
        return work()
    return current.parent.switch(work)


def elsewhere(do: Callable[[], Any], within: float) -> Any:
    """Do what waits for a machine, letting requests be answered meanwhile; raises TimeoutError after so many seconds."""
    _assert_nobody_is_kept_out()
    current = getcurrent()
    return do() if current.parent is None else current.parent.switch(_Errand(do, within))


def _assert_nobody_is_kept_out() -> None:
    # The requests that are answered meanwhile share the connection, so they would write inside this one's transaction.
    assert not database.in_transaction(), "a request waits inside a transaction"
