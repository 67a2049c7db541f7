"""Access tokens beyond those of a fresh code: with fewer scopes, asked about, ended and forgotten."""

from __future__ import annotations

from collections.abc import Sequence

from idp.storage.models import AccessToken, Grant, JSONText, User
from idp.storage.statement import Statement

_KEEP = Statement(
    "INSERT INTO access_tokens (digest, grant_id, expires_at, scopes) VALUES (?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING"
)
_WHOLE = (
    "SELECT {access_tokens}, {grants}, {users} FROM access_tokens JOIN grants ON grants.id = access_tokens.grant_id "
    "JOIN clients ON clients.id = grants.client_id LEFT JOIN users ON users.id = grants.user_id "
    "WHERE access_tokens.digest = ?"
)
_FIND = Statement(_WHOLE, AccessToken, Grant, User)
_FIND_ALIVE = Statement(
    _WHOLE + " AND access_tokens.expires_at > ? AND grants.revoked_at IS NULL AND users.disabled_at IS NULL "
    "AND clients.disabled_at IS NULL",
    AccessToken,
    Grant,
    User,
)
_END = Statement("UPDATE access_tokens SET expires_at = ? WHERE digest = ? AND expires_at > ?")
_FORGET = Statement("DELETE FROM access_tokens WHERE grant_id = ? AND expires_at <= ?")
_json = JSONText().db_value


def keep(digest: str, grant: int, expires_at: int, scopes: Sequence[str] | None) -> None:
    """Write down an access token of a grant, with scopes of its own where they are fewer; one that is there stays."""
    _KEEP.execute(digest, grant, expires_at, _json(scopes))


def find(digest: str) -> tuple[AccessToken, Grant, User | None] | None:
    """An access token with all that it stands for, whatever state they are in; nobody stands behind a client's own."""
    return _FIND.one(digest)


def find_alive(digest: str, now: int) -> tuple[AccessToken, Grant, User | None] | None:
    """The same, of a token that is worth something now."""
    return _FIND_ALIVE.one(digest, now)


def end(digest: str, now: int) -> bool:
    """Let one access token be worth nothing from now on; True when it was worth something until now.

    The caller opens a durable transaction.
    """
    return _END.changed(now, digest, now) == 1


def forget_expired(grant: int, now: int) -> None:
    """Delete what has expired of one grant."""
    _FORGET.execute(grant, now)
