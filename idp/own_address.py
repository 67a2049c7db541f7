"""Requests to this provider itself by its public address, as the applications make them: what comes back, or why nothing.

They go to the issuer that is configured and to nowhere else, so they need no guard against private addresses: on a home's
network the public name often leads to one.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import IO, Any
from urllib.parse import urlencode

from idp import foreign_json

PATIENCE = 5  # seconds for one answer
LONGEST_ANSWER = 65_536  # bytes

# Why there is no answer.
NO_NAME = "no_name"  # the name leads nowhere
REFUSED = "refused"  # nothing listens there
TOO_SLOW = "too_slow"
CERTIFICATE = "certificate"
REDIRECTED = "redirected"
UNREACHABLE = "unreachable"  # anything else


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status."""

    status: int
    headers: Message
    body: bytes
    milliseconds: int

    def json(self) -> dict[str, Any]:
        """The JSON object in it; raises ValueError for anything else."""
        return foreign_json.read_object(self.body)


class NoAnswer(Exception):
    """Nothing came back that could be looked at: one of the words above, and what the system says."""

    def __init__(self, why: str, said: str) -> None:
        super().__init__(said)
        self.why, self.said = why, said


class _Redirected(Exception):
    pass


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    # Applications don't follow them either: a POST would lose its body, and a token would go astray.
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        raise _Redirected(newurl)


def ask(url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Answer:
    """What answers at an address of ours, to a GET or to a form; raises NoAnswer."""
    body = urlencode(form).encode() if form is not None else None
    sent = {"User-Agent": "Foyer", "Accept": "*/*", **(headers or {})}
    request = urllib.request.Request(url, body, sent)  # noqa: S310 -- the issuer is http or https, by its rule
    began = time.monotonic()
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=PATIENCE) as found:
            return _read(found.status, found.headers, found, began)
    except _Redirected as elsewhere:
        raise NoAnswer(REDIRECTED, str(elsewhere)) from None
    except urllib.error.HTTPError as found:
        with found:
            return _read(found.code, found.headers, found, began)
    except (OSError, http.client.HTTPException, ValueError) as wrong:
        inner = wrong.reason if isinstance(wrong, urllib.error.URLError) else wrong
        raise NoAnswer(_why(inner), str(inner) or type(inner).__name__) from None


def _read(status: int, headers: Message, body: Any, began: float) -> Answer:
    try:
        content = body.read(LONGEST_ANSWER)
    except (OSError, http.client.HTTPException) as wrong:
        raise NoAnswer(_why(wrong), str(wrong) or type(wrong).__name__) from None
    return Answer(status, headers, content, int((time.monotonic() - began) * 1000))


def _why(wrong: object) -> str:
    kinds: tuple[tuple[type[BaseException], str], ...] = (
        (ssl.SSLError, CERTIFICATE), (socket.gaierror, NO_NAME), (ConnectionRefusedError, REFUSED), (TimeoutError, TOO_SLOW),
    )  # fmt: skip
    return next((why for kind, why in kinds if isinstance(wrong, kind)), UNREACHABLE)
