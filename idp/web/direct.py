"""Endpoints that need no page: plain functions from a Call to an Answer, asked before Flask is.

Applications call them, and what Flask does around a view takes as long there as the database does.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from idp import opaque
from idp.storage import database
from idp.web.cookie import cookie_name, handle_in
from idp.web.headers import Answer
from idp.web.wired import Wired

log = logging.getLogger(__name__)

_FORM = "application/x-www-form-urlencoded"
_encode = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as far as these endpoints look at it."""

    environ: WSGIEnvironment
    wired: Wired

    @property
    def path(self) -> str:
        """The endpoint that is called."""
        return str(self.environ["PATH_INFO"])

    @property
    def query(self) -> bytes:
        """The query as it was sent."""
        return str(self.environ["QUERY_STRING"]).encode("latin-1")

    @property
    def form(self) -> bytes | None:
        """The body, if it is a form."""
        return self.body(_FORM)

    def body(self, media_type: str) -> bytes | None:
        """The body, if it is of this type."""
        sent = str(self.environ.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()
        return bytes(self.environ["wsgi.input"].read()) if sent == media_type else None

    @property
    def authorization(self) -> str | None:
        """The Authorization header."""
        return self.environ.get("HTTP_AUTHORIZATION")

    @property
    def origin(self) -> str | None:
        """The origin of the page whose script sends it, where a browser says so."""
        return self.environ.get("HTTP_ORIGIN")

    @property
    def is_early(self) -> bool:
        """Whether a browser only prefetches it, for somebody who may never come."""
        return "prefetch" in self.environ.get("HTTP_SEC_PURPOSE", "")

    @property
    def session_handle(self) -> str | None:
        """The value of our cookie."""
        return handle_in(self.environ.get("HTTP_COOKIE", ""), cookie_name(self.wired.config))

    @property
    def address(self) -> str | None:
        """Who sent it."""
        return self.environ.get("REMOTE_ADDR")


@dataclass(frozen=True)
class Endpoint:
    """A path with a function for each method; those of a `shortcut` may answer None, and other methods have pages."""

    path: str
    methods: Mapping[str, Callable[[Call], Answer | None]]
    is_shortcut: bool = False


class Direct:
    """A WSGI application in front of the pages."""

    def __init__(self, endpoints: Iterable[Endpoint], pages: WSGIApplication, wired: Wired) -> None:
        self._by_path = {endpoint.path: endpoint for endpoint in endpoints}
        self._pages = pages
        self._wired = wired

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        endpoint = self._by_path.get(environ["PATH_INFO"])
        answer = self._answer(endpoint, environ) if endpoint else None
        if answer is None:
            return self._pages(environ, start_response)
        status, headers, body = answer
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return (body,)

    def _answer(self, endpoint: Endpoint, environ: WSGIEnvironment) -> Answer | None:
        respond = endpoint.methods.get(environ["REQUEST_METHOD"])
        if respond is None:
            return None if endpoint.is_shortcut else _other_method(endpoint, environ["REQUEST_METHOD"])
        try:
            database.refresh()
            return respond(Call(environ, self._wired))
        except Exception as error:
            if endpoint.is_shortcut:  # the page runs into the same, and says so in words
                return None
            return _failed(error)


def in_json(status: int, members: Mapping[str, Any], *headers: tuple[str, str]) -> Answer:
    """An answer that is a JSON object."""
    return status, [("content-type", "application/json"), *headers], _encode(members).encode()


def _failed(error: Exception) -> Answer:
    if isinstance(error, database.Unavailable):
        log.error("the database can't be used: %s", type(error).__name__, exc_info=error)
        description = "The database can not be used just now."
        return in_json(503, {"error": "temporarily_unavailable", "error_description": description})
    incident = opaque.identifier()[:8]
    log.error("incident %s", incident, exc_info=error)
    return in_json(500, {"error": "server_error", "error_description": f"Incident {incident}."})


def _other_method(endpoint: Endpoint, method: str) -> Answer:
    allowed = ("allow", ", ".join(dict.fromkeys([*endpoint.methods, "OPTIONS"])))
    if method == "OPTIONS":
        return 200, [allowed], b""
    return in_json(405, {"error": "invalid_request", "error_description": "Method Not Allowed"}, allowed)
