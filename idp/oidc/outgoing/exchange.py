"""One HTTP exchange with one machine, within one deadline and one size, and what went wrong in a sentence.

The standard library's client on a socket of ours: it follows no redirect and reads no proxy from the environment, and
the socket is connected to the address that was checked, so that a name can't lead elsewhere a moment later.
"""

from __future__ import annotations

import socket
import ssl
import time
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, IncompleteRead
from typing import Any

from idp.errors import OutgoingError
from idp.oidc.outgoing.target import PORTS, Target, choose, look_up
from idp.reach import Address, Reach
from idp.said import Internal

LONGEST_HEAD = 32_768  # bytes of status line and headers together
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AGENT = "Foyer"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    content_type: str
    body: bytes


class _TooLong(Exception):
    """The answer has more bytes than it may have."""


@dataclass(slots=True)
class _Budget:
    """What is left of an exchange's time and size."""

    deadline: float
    size: int

    def left(self) -> float:
        remaining = self.deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        return remaining

    def spend(self, received: int) -> int:
        self.size -= received
        if self.size < 0:
            raise _TooLong
        return received


class _Bounded:
    """A socket whose every wait is within the budget: a limit for each read alone would let an answer drip for ever."""

    budget: _Budget | None = None

    def recv_into(self, *args: Any, **named: Any) -> int:
        if self.budget is None:
            return int(super().recv_into(*args, **named))  # type: ignore[misc]
        self.settimeout(self.budget.left())  # type: ignore[attr-defined]
        return self.budget.spend(super().recv_into(*args, **named))  # type: ignore[misc]


class _Plain(_Bounded, socket.socket):
    pass


class _Encrypted(_Bounded, ssl.SSLSocket):
    pass


def carry_out(target: Target, method: str, form: bytes | None, longest: int, within: float, reached: Reach) -> Answer:
    """The answer to one request; raises OutgoingError."""
    budget = _Budget(time.monotonic() + within, longest + LONGEST_HEAD)
    addresses = choose(target, look_up(target, within), reached)
    connection = HTTPConnection(target.host, target.port)
    try:
        connection.sock = _connect(target, addresses, budget)
        answer = _exchange(connection, target, method, form, longest)
    except (OSError, HTTPException, _TooLong, ValueError) as error:
        raise OutgoingError(_explain(error, target, within, longest)) from None
    finally:
        connection.close()
    return answer


def _exchange(connection: HTTPConnection, target: Target, method: str, form: bytes | None, longest: int) -> Answer:
    headers = {"Host": target.shown, "User-Agent": _AGENT, "Accept": "application/json", "Connection": "close"}
    if form is not None:
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "Cache-Control": "no-store"}
    connection.request(method, target.path, form, headers)
    with connection.getresponse() as response:
        if response.status in REDIRECTS:
            raise OutgoingError(
                f"{target.shown} sends this request on to {str(response.headers.get('Location'))[:200]} "
                f"(status {response.status}), and redirects aren't followed. Register the address where it really is."
            )
        body = response.read(longest + 1)
        if len(body) > longest:
            raise _TooLong
        if response.length:  # of which the client (Python 3.11) says nothing when it reads up to a limit
            raise IncompleteRead(body, response.length)
        return Answer(response.status, response.headers.get_content_type(), body)


def _connect(target: Target, addresses: list[Address], budget: _Budget) -> socket.socket:
    last: OSError = TimeoutError()
    for number, address in enumerate(addresses):
        family = socket.AF_INET if address.version == 4 else socket.AF_INET6
        plain = _Plain(family, socket.SOCK_STREAM)
        try:
            # A dead address must leave time for the next one, such as IPv6 where only IPv4 works.
            plain.settimeout(budget.left() / (len(addresses) - number))
            plain.connect((str(address), target.port))
            if target.scheme == "http":
                plain.settimeout(budget.left())
                plain.budget = budget
                return plain
            plain.settimeout(budget.left())
            encrypted: Any = _trust().wrap_socket(plain, server_hostname=target.host)
            encrypted.settimeout(budget.left())
            encrypted.budget = budget
            found: socket.socket = encrypted
            return found
        except ssl.SSLError:
            plain.close()
            raise
        except OSError as error:
            plain.close()
            last = error
    raise last


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """Whose certificates count: the system's, or those in the file that SSL_CERT_FILE names."""
    context = ssl.create_default_context()
    context.sslsocket_class = _Encrypted
    return context


def _explain(error: Exception, target: Target, within: float, longest: int) -> str:
    place = target.shown
    match error:
        case ssl.SSLCertVerificationError():
            plain = f"The certificate of {place} isn't good for it: {error.verify_message}."
            return Internal.by(
                f"{plain} If it comes from an authority of your own, name that authority's file in SSL_CERT_FILE.",
                plain,
            )
        case TimeoutError():
            return f"{place} didn't answer within {round(within, 1):g} seconds."
        case ssl.SSLError():
            return f"{place} doesn't speak TLS, or no version that is safe ({error.reason})."
        case ConnectionRefusedError():
            return f"Nothing listens at {target.host}, port {target.port}. Check the address, and whether the application runs."
        case _TooLong():
            return (
                f"{place} answers with more than {longest} bytes. It isn't the right address, or not the right machine."
            )
        case OSError():
            return f"{place} can't be reached: {error.strerror or 'the connection broke off'}."
    return f"What {place} answers isn't HTTP." + ("" if target.port in PORTS.values() else " Check the port.")
