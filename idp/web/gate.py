"""What a request must look like before anything reads it, and whose word about its origin counts."""

from __future__ import annotations

import ipaddress
import re
import sys
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from idp import endpoints
from idp.config import Config
from idp.web.cookie import cookie_name, device_cookie_name

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
LONGEST_TARGET = 8_192 + 256  # bytes of path and query; a longer query is `oidc.parameters`' to refuse
LONGEST_HEADERS = 32_768  # bytes
MOST_HEADERS = 64  # a browser behind two proxies sends half as many
_PATH = re.compile(r"/(?!/)[!-~]*")
_SINGLE = frozenset({b"host", b"authorization", b"content-length", b"content-type", b"transfer-encoding", b"origin"})
# With cookie, content-type, content-length and x-forwarded-for the only headers that have a meaning here. All others are
# dropped, X-Forwarded-Host and Remote-User among them.
_PASSED = {
    name: "HTTP_" + name.decode().upper().replace("-", "_")
    for name in (
        b"authorization",
        b"accept-language",
        b"user-agent",
        b"sec-fetch-site",
        b"sec-purpose",
        b"x-csrftoken",
        b"origin",
    )
}

HEADERS = [("content-type", "text/plain; charset=utf-8")]  # of the answer to who is turned away


class TurnedAway(Exception):
    """A request that isn't even looked at, with the status and the sentence it gets."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = HTTPStatus(status).value
        self.text = text


class Gate:
    """Turns a raw request into a WSGI environ in which every value is ours or checked."""

    def __init__(self, config: Config) -> None:
        self._authority = config.authority.encode()
        self._issuer = config.issuer
        self._proxies = config.trusted_proxies
        self._cookies = (cookie_name(config) + "=", device_cookie_name(config) + "=")
        address = urlsplit(config.issuer)
        self._base: dict[str, Any] = {
            "SCRIPT_NAME": "",
            "SERVER_NAME": address.hostname or "",
            "SERVER_PORT": str(address.port or (443 if config.secure else 80)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": config.authority,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https" if config.secure else "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }

    def admit(
        self,
        method: str,
        path: str,
        query: str,
        headers: Iterable[tuple[bytes, bytes]],
        client: tuple[str, int] | None,
    ) -> dict[str, Any]:
        """The environ of an acceptable request; raises TurnedAway."""
        if method not in METHODS:
            raise TurnedAway(501, "This method is not known here.")
        if len(path) + len(query) > LONGEST_TARGET:
            raise TurnedAway(414, "The address is too long.")
        if not _PATH.fullmatch(path) or not query.isascii():
            raise TurnedAway(400, "The address has characters that an address can't have.")
        decoded = unquote_to_bytes(path)
        # Line breaks among them: whoever has to sign in first is sent back to the path they came for, in a header. And what
        # would be the name of another host at its beginning, however it is spelled.
        if (
            decoded.startswith(b"//")
            or b"\\" in decoded
            or not decoded.isascii()
            or not decoded.decode("ascii").isprintable()
        ):
            raise TurnedAway(404, "There is no such page.")
        environ = dict(self._base)
        environ["REQUEST_METHOD"] = method
        environ["PATH_INFO"] = decoded.decode("ascii")
        environ["QUERY_STRING"] = query
        forwarded = self._read_headers(headers, environ, path)
        peer = client[0] if client else ""
        environ["REMOTE_ADDR"] = self._address(peer, forwarded)
        if path == endpoints.HEALTH:  # what the doctor may ask for
            environ["foyer.arrival"] = {
                "peer": peer,
                "forwarded": forwarded,
                "trusted": not peer or self._is_proxy(peer),
                "cookie": "HTTP_COOKIE" in environ,
            }
        return environ

    def _read_headers(self, headers: Iterable[tuple[bytes, bytes]], environ: dict[str, Any], path: str) -> list[str]:
        """Fill in what the headers say, and return the addresses of X-Forwarded-For, nearest last."""
        forwarded: list[str] = []
        cookies: list[str] = []
        size, count, seen, host = 0, 0, set(), b""
        for name, value in headers:
            size += len(name) + len(value)
            count += 1
            if name in _SINGLE:
                if name in seen:
                    raise TurnedAway(400, "A header is repeated.")
                seen.add(name)
            if name == b"host":
                host = value
            elif name == b"cookie":
                cookies.append(value.decode("latin-1"))
            elif name in _PASSED:
                environ[_PASSED[name]] = value.decode("latin-1")
            elif name == b"x-forwarded-for":
                forwarded += value.decode("latin-1").split(",")
            elif name == b"content-type":
                environ["CONTENT_TYPE"] = value.decode("latin-1")
            elif name == b"content-length":
                if not value.isdigit() or len(value) > 9:
                    raise TurnedAway(400, "The length of the request is not a number.")
                environ["CONTENT_LENGTH"] = value.decode()
            elif name == b"transfer-encoding" and value.lower() != b"chunked":
                raise TurnedAway(400, "This transfer encoding is not offered.")
        if size > LONGEST_HEADERS or count > MOST_HEADERS:
            raise TurnedAway(431, "The headers are too long.")
        if host.lower() != self._authority and path != endpoints.HEALTH:
            raise TurnedAway(
                421,
                f"This provider answers at {self._issuer} and under no other name. Open it there. "
                "If you did, the reverse proxy in front of it has to pass the Host header on unchanged.",
            )
        if cookies and (mine := self._our_cookies("; ".join(cookies))):
            environ["HTTP_COOKIE"] = mine
        return forwarded

    def _our_cookies(self, header: str) -> str:
        """Our own cookies alone. Two of one name mean that another host of the domain planted one: then none counts."""
        found = []
        pairs = [part.strip() for part in header.split(";")]
        for name in self._cookies:
            mine = [pair for pair in pairs if pair.startswith(name)]
            if len(mine) == 1:
                found.append(mine[0])
        return "; ".join(found)

    def _address(self, peer: str, forwarded: list[str]) -> str:
        """Who sent the request: the nearest address that isn't one of our own proxies.

        A socket file has no address; who may open it is a matter of its mode, so its peer is a proxy of ours.
        """
        if peer and not self._is_proxy(peer):
            return peer
        address = peer
        for candidate in (text.strip() for text in reversed(forwarded)):
            if not self._is_proxy(candidate):
                return candidate if _is_address(candidate) else address
            address = candidate
        return address

    def _is_proxy(self, address: str) -> bool:
        if not self._proxies:
            return False
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
        return any(parsed.version == network.version and parsed in network for network in self._proxies)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
