"""One HTTP connection: uvicorn's, bounded where uvicorn leaves it to a proxy in front."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD = 65_536  # bytes of request line and headers; the gate refuses sooner, with a sentence
HEAD_TIMEOUT = 10.0  # seconds from the first byte of a request to the last of its headers


class Connection(HttpToolsProtocol):
    """A connection that is closed when a request's head grows too long or comes too slowly."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._head_bytes = 0
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody has connected and has to send something soon."""
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """They have hung up."""
        self._expect_nothing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Part of a request has come."""
        if self.parser is None:  # closed already; what still arrives belongs to nobody
            return
        if self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            self._expect_head()  # the next request on a connection that was kept open
        if self._deadline is not None:
            self._head_bytes += len(data)
            if self._head_bytes > LONGEST_HEAD + len(data):
                self.transport.close()
                return
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """The head is whole; for the body the gateway has limits of its own."""
        self._expect_nothing()
        super().on_headers_complete()

    def _expect_head(self) -> None:
        self._head_bytes = 0
        self._deadline = self.loop.call_later(HEAD_TIMEOUT, self.transport.close)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
