"""One-time links: kept as digests, used by one conditional UPDATE."""

from __future__ import annotations

from idp import opaque
from idp.storage.models import Link, User
from idp.storage.statement import Statement

SETUP = "setup"
HANDLE = "li"

_USE = Statement("UPDATE links SET used_at = ? WHERE digest = ? AND purpose = ? AND used_at IS NULL AND expires_at > ?")


def add(purpose: str, lifetime: int, now: int, user: User | None = None) -> str:
    """A new link's handle, good for one use within `lifetime` seconds."""
    handle = opaque.handle(HANDLE)
    Link.create(digest=opaque.digest(handle), purpose=purpose, user=user, created_at=now, expires_at=now + lifetime)
    return handle


def is_good(handle: str, purpose: str, now: int) -> bool:
    """Whether a link could be used now; only `use` decides."""
    link = Link.get_or_none(Link.digest == opaque.digest(handle), Link.purpose == purpose)
    return link is not None and link.used_at is None and link.expires_at > now


def use(handle: str, purpose: str, now: int) -> bool:
    """Use a link up; True for exactly one caller."""
    return _USE.changed(now, opaque.digest(handle), purpose, now) == 1


def withdraw(purpose: str, now: int) -> None:
    """Make every unused link of a purpose worthless."""
    Link.update(used_at=now).where(Link.purpose == purpose, Link.used_at.is_null()).execute()
