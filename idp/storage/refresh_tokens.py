"""Refresh tokens: each works once, and all that came from one grant stand and fall with it."""

from __future__ import annotations

from idp.storage.grants import STANDS
from idp.storage.models import Grant, RefreshToken, User
from idp.storage.statement import Statement

_ADD = Statement("INSERT INTO refresh_tokens (digest, grant_id, expires_at) VALUES (?, ?, ?)")
_WHOLE = (
    "SELECT {refresh_tokens}, {grants}, {users+} FROM refresh_tokens JOIN grants ON grants.id = refresh_tokens.grant_id "
    "JOIN users ON users.id = grants.user_id WHERE refresh_tokens.digest = ?"
)
_FIND = Statement(_WHOLE, RefreshToken, Grant, User)
_FIND_ALIVE = Statement(
    f"{_WHOLE} AND refresh_tokens.used_at IS NULL AND refresh_tokens.expires_at > ? AND {STANDS}",
    RefreshToken,
    Grant,
    User,
)
_UNUSED = Statement("SELECT 1 FROM refresh_tokens WHERE digest = ? AND used_at IS NULL")
_FORGET = Statement("DELETE FROM refresh_tokens WHERE grant_id = ? AND expires_at <= ?")
_USE = Statement(
    "UPDATE refresh_tokens SET used_at = ? WHERE digest = ? AND used_at IS NULL AND expires_at > ? "
    "AND EXISTS (SELECT 1 FROM grants WHERE grants.id = refresh_tokens.grant_id AND grants.revoked_at IS NULL)"
)


def add(digest: str, grant: int, expires_at: int) -> None:
    """Write down a refresh token of a grant."""
    _ADD.execute(digest, grant, expires_at)


def find(digest: str) -> tuple[RefreshToken, Grant, User] | None:
    """A refresh token with all that it stands for, whatever state they are in."""
    return _FIND.one(digest)


def find_alive(digest: str, now: int) -> tuple[RefreshToken, Grant, User] | None:
    """The same, of a token that its application could use now."""
    return _FIND_ALIVE.one(digest, now)


def use(digest: str, now: int) -> bool:
    """Mark a refresh token as used; True for exactly one caller, and only while it is alive and its grant stands."""
    return _USE.changed(now, digest, now) == 1


def forget_expired(grant: int, now: int) -> None:
    """Delete what has expired of one grant."""
    _FORGET.execute(grant, now)


def is_unused(digest: str) -> bool:
    """Whether there is such a token, and nobody has used it yet."""
    return _UNUSED.one(digest) is not None
