"""Browser sessions: found by the digest of their cookie, renewed when somebody signs in, ended by deletion."""

from __future__ import annotations

from typing import Any

from idp import assurance, opaque
from idp.assurance import Proof
from idp.opaque import Kind
from idp.storage import interactions
from idp.storage.database import transaction
from idp.storage.models import JSONText, Session, User
from idp.storage.session_lengths import KEPT, SESSION, TWO_FACTORS_IDLE
from idp.storage.statement import Statement

ANONYMOUS_LIFETIME = 3_600  # seconds; as long as a sign-in form may stay open
IDLE_LIFETIME = 8 * 3_600  # seconds without a visit …
ADMIN_IDLE_LIFETIME = 3_600  # … and of somebody who may administer
TWO_FACTORS_LIFETIME = 86_400  # seconds that two factors count as two (NIST SP 800-63B-4 2.2.3)
SEEN_EVERY = 60  # seconds; a visit is written down at most this often, to keep single sign-on free of writes
ANTI_FORGERY = "csrf_token"  # Flask-WTF's name in the mapping; made with the session, so that no page has to write it
# In a session's mapping, and what goes along when it is renewed:
TYPED = "typed"  # what waits in a form while its person shows again who they are
TRIAL = "trial"  # a sign-in that an administrator tries out

_FIND: Statement[tuple[Session, User | None]] = Statement(
    "SELECT {sessions}, {users} FROM sessions LEFT JOIN users ON users.id = sessions.user_id "
    "WHERE sessions.digest = ? AND sessions.expires_at > ?",
    Session,
    User,
)
_INSERT = Statement(
    "INSERT INTO sessions (digest, sid, user_id, proofs, is_kept, data, address, user_agent, created_at, seen_at, expires_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_OF_USER = Statement(
    "SELECT {sessions} FROM sessions WHERE user_id = ? AND expires_at > ? ORDER BY seen_at DESC", Session
)
_END_BY_SID = Statement("DELETE FROM sessions WHERE sid = ? AND user_id = ?")
# With the digest wherever the row may have gone since it was read: SQLite gives the highest number out again, to a stranger.
_STANDS = Statement("SELECT id FROM sessions WHERE id = ? AND digest = ?", held=True)
_STANDS_ALONE = Statement("SELECT id FROM sessions WHERE id = ? AND digest = ?", alone=True)
_SEEN = Statement("UPDATE sessions SET seen_at = ? WHERE id = ?")
_PROOFS = Statement("UPDATE sessions SET proofs = ? WHERE id = ? AND proofs = ?")
_DATA = Statement("UPDATE sessions SET data = ? WHERE id = ? AND digest = ?")
_SID = Statement("UPDATE sessions SET sid = ? WHERE id = ?")
# Grants say who has to be told when a session ends (`logouts`), so they are kept as long as it may last.
_KEEP_GRANTS = Statement(
    "UPDATE grants SET expires_at = ? WHERE user_id = ? AND sid = ? AND expires_at < ? AND client_id IN (SELECT id FROM "
    "clients WHERE backchannel_logout_uri IS NOT NULL OR frontchannel_logout_uri IS NOT NULL)"
)
_END = Statement("DELETE FROM sessions WHERE id = ? AND digest = ?")
_SHORTEN = Statement("UPDATE sessions SET expires_at = ? WHERE user_id IS NOT NULL AND is_kept = ? AND expires_at > ?")
_json = JSONText().db_value


def find(handle: str, now: int) -> Session | None:
    """The live session of a cookie, with its user if there is one.

    A disabled person's session counts as nobody's, from the moment they are disabled.
    """
    found = _FIND.one(opaque.digest(handle), now)
    if found is None:
        return None
    session, user = found
    idle = now - session.seen_at
    if user is not None and (user.disabled_at is not None or _was_left(session, user, idle)):
        return None
    session.user = user
    if session.proofs:
        _rest(session, now, idle)
    if now - session.seen_at >= SEEN_EVERY:
        _SEEN.changed(now, session.id)
    return session


def of_user(user: User, now: int) -> list[Session]:
    """A person's live sessions, the one that was used last first."""
    return [session for session in _OF_USER.all(user.id, now) if not _was_left(session, user, now - session.seen_at)]


def _was_left(session: Session, user: User, idle: int) -> bool:
    return not session.is_kept and idle > (ADMIN_IDLE_LIFETIME if user.is_admin else IDLE_LIFETIME)


def _rest(session: Session, now: int, idle: int) -> None:
    """Let proofs count for less when they are old, or nobody came for long; for good, as the visit starts a new hour."""
    before = now if idle > TWO_FACTORS_IDLE.now() else now - TWO_FACTORS_LIFETIME
    if all(stored["at"] >= before for stored in session.proofs):
        return
    proofs = assurance.rested(map(Proof.from_json, session.proofs), before)
    left = [proof.to_json() for proof in proofs]
    if left != session.proofs:
        _PROOFS.changed(_json(left), session.id, _json(session.proofs))
        session.proofs = left


def start(
    now: int,
    *,
    user: User | None = None,
    proofs: list[dict[str, Any]] | None = None,
    address: str | None = None,
    user_agent: str | None = None,
    is_kept: bool = False,
    expires_at: int | None = None,
) -> tuple[Session, str]:
    """A new session and the handle that becomes its cookie; `expires_at` when it goes on from another one."""
    handle = opaque.handle(Kind.SESSION)
    if expires_at is None:
        expires_at = now + ((KEPT if is_kept else SESSION).now() if user else ANONYMOUS_LIFETIME)
    digest, sid = opaque.digest(handle), opaque.identifier()
    _INSERT.execute(
        digest, sid, user.id if user else None, _json(proofs or []), is_kept,
        _json({ANTI_FORGERY: opaque.identifier()}), address, user_agent, now, now, expires_at,
    )  # fmt: skip
    session, found_user = _FIND.only(digest, now)
    session.user = found_user
    return session, handle


def imagined(user: User, proofs: list[dict[str, Any]]) -> Session:
    """A session that is nowhere and never will be: for asking what would follow from these proofs."""
    session = Session(digest="", sid=opaque.identifier(), proofs=proofs)
    session.user = user
    return session


def keep_sid(session: Session, before: Session) -> None:
    """Let a renewed session go on under the `sid` that applications know, with what waits in it.

    The one before must be ended with it.
    """
    _SID.execute(opaque.identifier(), before.id)
    _SID.execute(before.sid, session.id)
    session.sid = before.sid
    if session.expires_at > before.expires_at:
        _KEEP_GRANTS.execute(session.expires_at, session.user_id, session.sid, session.expires_at)
    if waiting := {name: before.data[name] for name in (TYPED, TRIAL) if name in before.data}:
        session.data = {**session.data, **waiting}
        keep_data(session)


def renew(session: Session, now: int) -> tuple[Session, str]:
    """The same session under a new handle; the old cookie is worth nothing from now on. The caller opens a transaction."""
    renewed, handle = start(
        now, user=session.user, proofs=session.proofs, address=session.address, user_agent=session.user_agent,
        is_kept=session.is_kept, expires_at=session.expires_at,
    )  # fmt: skip
    keep_sid(renewed, session)
    interactions.move(session, renewed)
    end(session)
    return renewed, handle


def stands(session: Session) -> bool:
    """Whether a session hasn't been ended meanwhile; nobody ends it before the open transaction does."""
    return _STANDS.one(session.id, session.digest) is not None


def stands_alone(session: Session) -> bool:
    """The same for who is about to end it: whoever looks so waits for the others, who would otherwise wait for each other."""
    return _STANDS_ALONE.one(session.id, session.digest) is not None


def end(session: Session) -> bool:
    """Forget a session, its cookie is worth nothing from now on; True for exactly one caller."""
    return _END.changed(session.id, session.digest) == 1


def end_by_sid(user: User, sid: str) -> bool:
    """End the session of a person that is known by this `sid`, however often it was renewed; True for one caller."""
    return _END_BY_SID.changed(sid, user.id) == 1


def keep_data(session: Session) -> None:
    """Write down the session's mapping."""
    _DATA.execute(_json(session.data), session.id, session.digest)


def shorten(now: int) -> None:
    """Let nobody who is signed in stay so for longer than somebody who signs in now."""
    for is_kept, length in ((False, SESSION), (True, KEPT)):
        until = now + length.now()
        _SHORTEN.execute(until, is_kept, until)


def end_of_user(user: User, *, besides: Session | None = None) -> int:
    """End every session of a person; returns how many there were."""
    query = Session.delete().where(Session.user == user)
    with transaction():
        return int((query.where(Session.id != besides.id) if besides else query).execute())
