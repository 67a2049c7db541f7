"""Browser sessions: found by the digest of their cookie, renewed when somebody signs in, ended by deletion."""

from __future__ import annotations

from typing import Any

from idp import opaque
from idp.storage.database import transaction
from idp.storage.models import JSONText, Session, User
from idp.storage.statement import Statement

ANONYMOUS_LIFETIME = 3_600  # seconds; as long as a sign-in form may stay open
LIFETIME = 86_400  # seconds; at most a day, then sign in again
IDLE_LIFETIME = 8 * 3_600  # seconds without a visit
SEEN_EVERY = 60  # seconds; a visit is written down at most this often, to keep single sign-on free of writes
HANDLE = "se"

_FIND = Statement(
    "SELECT {sessions}, {users} FROM sessions LEFT JOIN users ON users.id = sessions.user_id "
    "WHERE sessions.digest = ? AND sessions.expires_at > ?",
    Session,
    User,
)
_INSERT = Statement(
    "INSERT INTO sessions (digest, sid, user_id, proofs, data, address, user_agent, created_at, seen_at, expires_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_STANDS = Statement("SELECT id FROM sessions WHERE id = ?", held=True)
_SEEN = Statement("UPDATE sessions SET seen_at = ? WHERE id = ?")
_DATA = Statement("UPDATE sessions SET data = ? WHERE id = ?")
_SID = Statement("UPDATE sessions SET sid = ? WHERE id = ?")
_END = Statement("DELETE FROM sessions WHERE id = ?")
_json = JSONText().db_value


def find(handle: str, now: int) -> Session | None:
    """The live session of a cookie, with its user if there is one.

    A disabled person's session counts as nobody's, from the moment they are disabled.
    """
    found = _FIND.one(opaque.digest(handle), now)
    if found is None:
        return None
    session, user = found
    if user is not None and (user.disabled_at is not None or now - session.seen_at > IDLE_LIFETIME):
        return None
    session.user = user
    if now - session.seen_at >= SEEN_EVERY:
        _SEEN.changed(now, session.id)
    return session  # type: ignore[no-any-return]


def start(
    now: int,
    *,
    user: User | None = None,
    proofs: list[dict[str, Any]] | None = None,
    address: str | None = None,
    user_agent: str | None = None,
) -> tuple[Session, str]:
    """A new session and the handle that becomes its cookie."""
    handle = opaque.handle(HANDLE)
    lifetime = LIFETIME if user else ANONYMOUS_LIFETIME
    digest, sid = opaque.digest(handle), opaque.identifier()
    _INSERT.execute(
        digest, sid, user.id if user else None, _json(proofs or []), "{}", address, user_agent, now, now, now + lifetime
    )
    session, found_user = _FIND.one(digest, now)
    session.user = found_user
    return session, handle


def keep_sid(session: Session, before: Session) -> None:
    """Let a renewed session go on under the `sid` that applications know; the one before must be ended with it."""
    _SID.execute(opaque.identifier(), before.id)
    _SID.execute(before.sid, session.id)
    session.sid = before.sid


def stands(session: Session) -> bool:
    """Whether a session hasn't been ended meanwhile; nobody ends it before the open transaction does."""
    return _STANDS.one(session.id) is not None


def end(session: Session) -> None:
    """Forget a session; its cookie is worth nothing from now on."""
    _END.execute(session.id)


def keep_data(session: Session) -> None:
    """Write down the session's mapping."""
    _DATA.execute(_json(session.data), session.id)


def end_of_user(user: User, *, besides: Session | None = None) -> int:
    """End every session of a person; returns how many there were."""
    query = Session.delete().where(Session.user == user)
    with transaction():
        return int((query.where(Session.id != besides.id) if besides else query).execute())
