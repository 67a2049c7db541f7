"""The server's door: from granian's RSGI to Flask's WSGI, with every limit that has to hold before Flask sees a request.

Our own and not granian's WSGI, because three things can't be mended behind that: a slow sender would hold a worker for
ever, `X_Forwarded_For` would pass as `X-Forwarded-For`, and a body cut off on its way would arrive as a whole one.
Requests run one after another in each process, which is the fastest order for Python; only those that hash a password
go to a thread.
"""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from wsgiref.types import WSGIApplication

from idp.config import Config
from idp.web import gate
from idp.web.documents import Document
from idp.web.headers import Completer

log = logging.getLogger(__name__)

LONGEST_BODY = 65_536  # bytes; the longest form is an authorization request
BODY_TIMEOUT = 10.0  # seconds for a whole body
_HASHING = ("/interaction/", "/setup")  # the paths whose POST may hash a password

Answer = tuple[int, list[tuple[str, str]], bytes]


class Gateway:
    """An RSGI application around a WSGI one; `find_document` answers what needs no thought."""

    def __init__(
        self, application: WSGIApplication, find_document: Callable[[str], Document | None], config: Config
    ) -> None:
        self._application = application
        self._find_document = find_document
        self._gate = gate.Gate(config)
        self._complete = Completer(config).complete
        self._threads = config.threads
        self._loop: asyncio.AbstractEventLoop | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Called by the server in each worker process."""
        self._loop = loop
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="hashing")

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        if scope.proto != "http":
            return
        method = scope.method
        if method in ("GET", "HEAD") and (document := self._find_document(scope.path)):
            status, headers, body = document.answer(scope.headers.get("if-none-match"))
            protocol.response_bytes(status, headers, b"" if method == "HEAD" else body)
            return
        try:
            environ = self._gate.admit(method, scope.path, scope.query_string, scope.headers.items(), scope.client)
            body = await self._body(scope, protocol, environ) if method not in ("GET", "HEAD") else b""
        except gate.TurnedAway as refusal:
            protocol.response_bytes(refusal.status, self._complete(gate.HEADERS), refusal.text.encode())
            return
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        if method == "POST" and scope.path.startswith(_HASHING):
            assert self._loop is not None
            status, headers, body = await self._loop.run_in_executor(self._pool, self._run, environ)
        else:
            status, headers, body = self._run(environ)
        protocol.response_bytes(status, headers, b"" if method == "HEAD" else body)

    async def _body(self, scope: Any, protocol: Any, environ: dict[str, Any]) -> bytes:
        announced = environ.get("CONTENT_LENGTH")
        if announced is not None and int(announced) > LONGEST_BODY:
            raise gate.TurnedAway(413, "The request is too long.")
        chunks, size = [], 0
        try:
            async with asyncio.timeout(BODY_TIMEOUT):
                async for chunk in protocol:
                    chunks.append(bytes(chunk))
                    size += len(chunk)
                    if size > LONGEST_BODY:
                        raise gate.TurnedAway(413, "The request is too long.")
        except TimeoutError:
            raise gate.TurnedAway(408, "The request took too long to arrive.") from None
        if announced is not None and int(announced) != size:
            raise gate.TurnedAway(400, "The request was cut off on its way.")
        return b"".join(chunks)

    def _run(self, environ: dict[str, Any]) -> Answer:
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[..., None]:
            started[:] = [int(status[:3]), [(name.lower(), value) for name, value in headers]]
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
