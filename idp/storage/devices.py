"""Which browsers a person has signed in with, so that they can be told of a new one."""

from __future__ import annotations

from idp import opaque
from idp.opaque import Kind
from idp.storage.models import User
from idp.storage.statement import Statement

LIFETIME = 400 * 86_400  # seconds; browsers keep no cookie for longer

_SEEN = Statement("UPDATE devices SET expires_at = ? WHERE user_id = ? AND digest = ?")
_ADD = Statement("INSERT INTO devices (user_id, digest, expires_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")


def new_handle() -> str:
    """A handle for a browser that has none; it becomes a cookie."""
    return opaque.handle(Kind.DEVICE)


def is_new(user: User, handle: str, now: int) -> bool:
    """Whether this is the first time that a person signs in with this browser; True for exactly one caller."""
    digest, until = opaque.digest(handle), now + LIFETIME
    return not _SEEN.changed(until, user.id, digest) and _ADD.changed(user.id, digest, until) == 1
