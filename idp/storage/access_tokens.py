"""Access tokens, by their digests: written down, found with all that they stand for, ended and forgotten."""

from __future__ import annotations

from collections.abc import Sequence

from idp.storage.grants import STANDS
from idp.storage.models import AccessToken, Client, Grant, JSONText, User
from idp.storage.statement import Statement

_ADD = Statement("INSERT INTO access_tokens (digest, grant_id, expires_at) VALUES (?, ?, ?)")
_KEEP = Statement(
    "INSERT INTO access_tokens (digest, grant_id, expires_at, scopes) VALUES (?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING"
)
_WHOLE = (
    "SELECT {access_tokens}, {grants}, {users} FROM access_tokens JOIN grants ON grants.id = access_tokens.grant_id "
    "JOIN clients ON clients.id = grants.client_id LEFT JOIN users ON users.id = grants.user_id "
    "WHERE access_tokens.digest = ?"
)
_FIND = Statement(_WHOLE, AccessToken, Grant, User)
_ALIVE = f"access_tokens.expires_at > ? AND {STANDS} AND clients.disabled_at IS NULL"
_FIND_ALIVE = Statement(f"{_WHOLE} AND {_ALIVE}", AccessToken, Grant, User)
_FIND_ALIVE_OF_PERSON = Statement(
    "SELECT {access_tokens}, {grants}, {users+}, {clients} FROM access_tokens "
    "JOIN grants ON grants.id = access_tokens.grant_id JOIN users ON users.id = grants.user_id "
    f"JOIN clients ON clients.id = grants.client_id WHERE access_tokens.digest = ? AND {_ALIVE}",
    AccessToken,
    Grant,
    User,
    Client,
)
_END = Statement("UPDATE access_tokens SET expires_at = ? WHERE digest = ? AND expires_at > ?")
_FORGET = Statement("DELETE FROM access_tokens WHERE grant_id = ? AND expires_at <= ?")
_json = JSONText().db_value


def add(digest: str, grant: int, expires_at: int) -> None:
    """Write down an access token of a grant, with all its scopes."""
    _ADD.execute(digest, grant, expires_at)


def keep(digest: str, grant: int, expires_at: int, scopes: Sequence[str] | None) -> None:
    """Write down an access token of a grant, with scopes of its own where they are fewer; one that is there stays."""
    _KEEP.execute(digest, grant, expires_at, _json(scopes))


def find(digest: str) -> tuple[AccessToken, Grant, User | None] | None:
    """An access token with all that it stands for, whatever state they are in; nobody stands behind a client's own."""
    return _FIND.one(digest)


def find_alive(digest: str, now: int) -> tuple[AccessToken, Grant, User | None] | None:
    """The same, of a token that is worth something now."""
    return _FIND_ALIVE.one(digest, now)


def find_alive_of_person(digest: str, now: int) -> tuple[AccessToken, Grant, User, Client] | None:
    """The same, of a person's token, with the application that has it."""
    return _FIND_ALIVE_OF_PERSON.one(digest, now)


def end(digest: str, now: int) -> bool:
    """Let one access token be worth nothing from now on; True when it was worth something until now.

    The caller opens a durable transaction.
    """
    return _END.changed(now, digest, now) == 1


def forget_expired(grant: int, now: int) -> None:
    """Delete what has expired of one grant."""
    _FORGET.execute(grant, now)
