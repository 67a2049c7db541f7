"""The port that the server listens on, and the issuer that follows from it where nobody has said another."""

from __future__ import annotations

from urllib.parse import urlsplit

from idp.reach import is_loopback
from idp.said import Said, said

_USUAL = 80  # of http: left out of addresses, by browsers too


def port_of(bind: object) -> int | None:
    """The port in `host:port`; None for a socket file, and for anything that can't be listened on."""
    host, _, port = bind.rpartition(":") if isinstance(bind, str) else ("", "", "")
    is_port = host and not bind_is_file(bind) and port.isascii() and port.isdecimal() and 0 < int(port) < 65536
    return int(port) if is_port else None


def bind_is_file(bind: object) -> bool:
    """Whether this names a socket file."""
    return isinstance(bind, str) and bind.startswith("unix:/")


def issuer_at(port: int) -> str:
    """The issuer of a provider that only this machine opens, on this port."""
    return "http://localhost" if port == _USUAL else f"http://localhost:{port}"


def warning(issuer: str, bind: str) -> Said | None:
    """The sentence for an issuer on this machine that leads to another port than the server's; None where all is well."""
    url, listening = urlsplit(issuer), port_of(bind)
    named = url.port or _USUAL
    if listening is None or url.scheme != "http" or not is_loopback(url.hostname or "") or named == listening:
        return None
    return said(
        "Foyer listens on port %(listening)s, but its address (IDP_ISSUER) says %(named)s. Without a proxy between them nothing "
        "will answer: set IDP_ISSUER=%(issuer)s.",
        listening=listening,
        named=named,
        issuer=issuer_at(listening),
    )
