"""`Target`: a URL that an application names, taken apart strictly (RFC 3986), and which of its machines may be reached."""

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

from idp import reach
from idp.errors import OutgoingError
from idp.reach import Address, Reach
from idp.said import Internal

PORTS = {"https": 443, "http": 80}
LONGEST_URL = 2_048  # characters
MOST_ADDRESSES = 4  # of one name that are tried
_CHARACTERS = re.compile(r"[A-Za-z0-9._~:/?\[\]@!$&'()*+,;=%-]+")  # RFC 3986 2, without the fragment's #


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes."""

    scheme: str
    host: str  # without brackets, in lower case
    port: int
    path: str  # with the query

    @property
    def shown(self) -> str:
        """The machine, as an administrator knows it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """Where a URL leads; raises OutgoingError when it could be read in more than one way, or isn't http or https."""
    try:
        if len(url) > LONGEST_URL or not _CHARACTERS.fullmatch(url):
            raise ValueError
        parts = urlsplit(url)
        host, port = reach.plain(parts.hostname or ""), parts.port
        is_clear = reach.is_authority(parts.netloc) and reach.is_host(host)
        if parts.scheme not in PORTS or port == 0 or not is_clear:
            raise ValueError
    except ValueError:
        raise OutgoingError(
            f"{url[:200]} is no address of a web server such as https://app.example.org/path."
        ) from None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or PORTS[parts.scheme], path)


def problem_of(url: str, reached: Reach) -> str | None:
    """What can be said against a URL before it is ever used, in a sentence; its name is looked up only then."""
    try:
        target = target_of(url)
        if not (address := _literal(target.host)) and target.scheme == "http" and reached.networks:
            return None  # it depends on where the machine is
        choose(target, [address] if address else [], reached)
    except OutgoingError as error:
        return error.sentence
    return None


def look_up(target: Target, within: float) -> list[Address]:
    """All addresses of a target's host; raises OutgoingError."""
    # The system's resolver takes its own time, half a minute and more: a thread that nobody waits for.
    found: queue.SimpleQueue[list[Address] | Exception] = queue.SimpleQueue()
    threading.Thread(target=_look_up, args=(target, found), name="resolving", daemon=True).start()
    try:
        answer = found.get(timeout=within)
    except queue.Empty:
        raise OutgoingError(
            f"The name {target.host} couldn't be looked up within {round(within, 1):g} seconds."
        ) from None
    if isinstance(answer, Exception) or not answer:
        sentence = f"There is no machine named {target.host}, as far as this one knows. Check the address."
        raise OutgoingError(Internal.by(sentence, _out_of_reach(target)))
    return answer


def _look_up(target: Target, found: queue.SimpleQueue[list[Address] | Exception]) -> None:
    try:
        entries = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        # A scope such as %eth0 belongs to link-local addresses only.
        found.put([ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in dict.fromkeys(entries)])
    except (OSError, ValueError) as error:  # UnicodeError among them: a label that is too long
        found.put(error)


def choose(target: Target, addresses: list[Address], reached: Reach) -> list[Address]:
    """Those of a host's addresses that may be connected to; raises OutgoingError, which says what would allow it."""
    if reached.names(target.host):
        return addresses[:MOST_ADDRESSES]
    named = [address for address in addresses if reached.holds(address)]
    if target.scheme == "http":
        # What is sent can be read on the way, which is for machines that the administrator vouches for only.
        if not named:
            plain = f"http://{target.shown} isn't encrypted. Use https"
            widened = f"{plain}, or allow this machine: {_setting(target.host, reached)}, then restart."
            raise OutgoingError(Internal.by(widened, f"{plain}."))
        return named[:MOST_ADDRESSES]
    good = [address for address in addresses if address in named or reach.is_public(address)]
    if addresses and not good:
        sentence = (
            f"{target.host} is at {addresses[0]}, which is no address of the internet, and requests into private networks "
            f"are switched off. To allow them set {reached.widened_by(target.host)} (or its network, such as "
            f"{_around(addresses[0])}), in idp.toml: {reached.line_widened_by(target.host)}, then restart."
        )
        raise OutgoingError(Internal.by(sentence, _out_of_reach(target)))
    return good[:MOST_ADDRESSES]


def _setting(host: str, reached: Reach) -> str:
    return f"{reached.widened_by(host)}, in idp.toml: {reached.line_widened_by(host)}"


def _out_of_reach(target: Target) -> str:
    """The same whether there is no such machine or it may not be asked, or strangers would learn what names a house has."""
    return f"{target.host} can not be asked from here. Use an address of the internet."


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _around(address: Address) -> str:
    found = reach.real(address)
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 64), strict=False))
