"""`MailAccount`: by which server, and as whom, this provider sends mail."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import SplitResult, unquote, urlsplit

from idp.reach import is_loopback_for_programs

PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}  # RFC 8314 7.3 for the last two
SHAPE = "must be an address such as smtps://user:password@mail.example.org"
_HOST = re.compile(r"[a-z0-9]([a-z0-9._-]{0,252}[a-z0-9])?|[0-9a-f:.]*:[0-9a-f:.]*", re.IGNORECASE)
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


@dataclass(frozen=True, slots=True)
class MailAccount:
    """A mail server, how it is reached, and the sender that mails name."""

    security: str  # one of PORTS: nothing, TLS from the first byte, or TLS after STARTTLS
    host: str
    port: int
    username: str
    password: str = field(repr=False)
    sender: Address
    issuer: str  # where links in mails lead


def parse(url: str, sender: str, *, name: str, issuer: str) -> MailAccount:
    """The account that a URL and a sender describe, `name` where the sender has none; raises ValueError."""
    parts = _split(url)
    shown, address = sender_of(sender)
    return MailAccount(
        security=parts.scheme, host=parts.hostname or "", port=parts.port or PORTS[parts.scheme],
        username=unquote(parts.username or ""), password=unquote(parts.password or ""),
        sender=Address(shown or name, addr_spec=address), issuer=issuer,
    )  # fmt: skip


def checked(url: str) -> str:
    """The URL, if it is empty or good; raises ValueError, which repeats nothing of it: there is a password in it."""
    if url:
        _split(url)
    return url


def sender_of(sender: str) -> tuple[str, str]:
    """Name (or nothing) and address of a sender such as `Foyer <id@example.org>`; raises ValueError."""
    name, address = parseaddr(sender)
    if not sender.isprintable() or not _ADDRESS.fullmatch(address) or (not name and address != sender.strip()):
        raise ValueError("must be an e-mail address such as id@example.org, or Name <id@example.org>")
    return name, address


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(f"{SHAPE}; the port is a number. In the password write / as %2F and # as %23") from None
    if parts.scheme not in PORTS:
        raise ValueError(f"{SHAPE}: it begins with smtps://, smtp+starttls:// or smtp://")
    if not _HOST.fullmatch(parts.hostname or "") or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError(
            f"{SHAPE}, with nothing behind the host. In the password write @ as %40, : as %3A, / as %2F, ? as %3F, "
            "# as %23 and % as %25"
        )
    if port == 0 or _BROKEN_ESCAPE.search(parts.netloc):
        raise ValueError(f"{SHAPE}. In the password write % as %25")
    if bool(parts.username) != bool(parts.password):
        raise ValueError(f"{SHAPE}: a user name and a password belong together")
    if parts.password and parts.scheme == "smtp" and not is_loopback_for_programs(parts.hostname or ""):
        raise ValueError(
            "with smtp:// the password could be read on the way. Use smtps:// or smtp+starttls://, as the mail server offers"
        )
    for text in (parts.username, parts.password):
        if text and not _is_plain(text):
            raise ValueError(f"{SHAPE}: user name and password are text without control characters")
    return parts


def _is_plain(encoded: str) -> bool:
    try:
        return unquote(encoded, errors="strict").isprintable()
    except UnicodeDecodeError:
        return False
