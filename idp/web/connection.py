"""One HTTP connection: uvicorn's, bounded where uvicorn leaves it to a proxy in front."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from idp.web import bodies

LONGEST_HEAD = 65_536  # bytes of request line and headers; the gate refuses sooner, with a sentence
LONGEST_REQUEST = 1_048_576  # bytes in all; the gateway refuses sooner, this bounds what comes all the same
HEAD_TIMEOUT = 10.0  # seconds from the first byte of a request to the last of its headers
READING_TIMEOUT = 10.0  # seconds in which whoever asked has to take some of the answer


class Connection(HttpToolsProtocol):
    """A connection that is closed when a request's head grows too long or comes too slowly."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._head_bytes = self._request_bytes = 0
        self._longest_request = LONGEST_REQUEST
        self._in_head = True
        self._deadline: asyncio.TimerHandle | None = None
        self._reading_deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody has connected and has to send something soon."""
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """They have hung up."""
        self._expect_nothing()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Part of a request has come."""
        if self.parser is None:  # closed already; what still arrives belongs to nobody
            return
        if self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            self._expect_head()  # the next request on a connection that was kept open
        if self._deadline is not None:
            self._head_bytes += len(data)
        self._request_bytes += len(data)
        # What came with this piece is not held against it: a short request may be followed by a longer one.
        if self._head_bytes > LONGEST_HEAD + len(data) or self._request_bytes > self._longest_request + len(data):
            self.transport.abort()
            return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self._in_head, self._request_bytes, self._longest_request = True, 0, LONGEST_REQUEST
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header. What stands behind a chunked body is none, though the parser calls it so (RFC 9110 6.5.1)."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole; for the body the gateway has limits of its own."""
        self._in_head = False
        self._expect_nothing()
        path = self.url.partition(b"?")[0].decode("latin-1")
        self._longest_request = max(LONGEST_REQUEST, bodies.of(path).longest_read + LONGEST_HEAD)
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """Whoever asked doesn't take the answer; closing politely would wait for them for ever."""
        super().pause_writing()
        self._reading_deadline = self.loop.call_later(READING_TIMEOUT, self.transport.abort)

    def resume_writing(self) -> None:
        """They take it again."""
        if self._reading_deadline is not None:
            self._reading_deadline.cancel()
            self._reading_deadline = None
            super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Nothing has come for a while."""
        self.transport.abort()

    def _expect_head(self) -> None:
        self._head_bytes = 0
        self._deadline = self.loop.call_later(HEAD_TIMEOUT, self.transport.abort)

    def _expect_nothing(self) -> None:
        self._head_bytes = 0  # the first piece of a long body may have come with the head
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
