"""Pending authorization requests, each bound to one browser session."""

from __future__ import annotations

from typing import Any

from idp import opaque
from idp.storage.models import Client, Interaction, JSONText, Session
from idp.storage.statement import Statement

LIFETIME = 3_600  # seconds; a person may look for their phone, but not leave the form open overnight
MOST_AT_ONCE = 50  # pending requests a browser session may have; the oldest are forgotten first

_INSERT = Statement(
    "INSERT INTO interactions (id, session_id, client_id, request, answers, challenge, attempt, started_at, "
    "expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_FIND: Statement[tuple[Interaction, Client | None]] = Statement(
    "SELECT {interactions}, {clients} FROM interactions LEFT JOIN clients ON clients.id = interactions.client_id "
    "WHERE interactions.id = ? AND interactions.expires_at > ?",
    Interaction,
    Client,
)
_TRACE: Statement[tuple[str, str | None]] = Statement(
    "SELECT interactions.attempt, clients.client_id FROM interactions LEFT JOIN clients ON clients.id = interactions.client_id "
    "WHERE interactions.id = ?"
)
# Both have to be alive: the same browser gets another session when its old one has run out.
_ELSEWHERE = Statement(
    "SELECT 1 FROM interactions JOIN sessions ON sessions.id = interactions.session_id "
    "WHERE interactions.id = ? AND interactions.expires_at > ? AND sessions.expires_at > ? AND sessions.id <> ?"
)
_BEGUN = Statement("SELECT id FROM interactions WHERE session_id = ? AND attempt = ? AND expires_at > ?")
_ANSWER = Statement("UPDATE interactions SET answers = ? WHERE id = ? AND session_id = ? AND answers = ?")
_CHALLENGE = Statement("UPDATE interactions SET challenge = ? WHERE id = ? AND challenge = ?")
_CHALLENGE_OF = Statement("SELECT challenge FROM interactions WHERE id = ?")
_MOVE = Statement("UPDATE interactions SET session_id = ? WHERE session_id = ?")
_FORGET = Statement("UPDATE interactions SET answers = '{{}}' WHERE session_id = ?")
_TAKE = Statement("DELETE FROM interactions WHERE id = ? AND session_id = ?")
_CROWD = Statement(
    "DELETE FROM interactions WHERE id IN "
    f"(SELECT id FROM interactions WHERE session_id = ? ORDER BY started_at DESC LIMIT 1000 OFFSET {MOST_AT_ONCE - 1})"
)
_json = JSONText().db_value


def new_id() -> str:
    """A name for an interaction; it is no secret, as it works only in the session it is bound to."""
    return opaque.identifier()


def keep(
    id: str, session: Session, client: Client | None, request: dict[str, Any], attempt: str, started_at: int
) -> None:
    """Write down a pending request."""
    if session.created_at != started_at:  # of a session that begins with it there are no others
        _CROWD.execute(session.id)
    _INSERT.execute(
        id, session.id, client.id if client else None, _json(request), "{}", opaque.challenge(), attempt, started_at,
        started_at + LIFETIME,
    )  # fmt: skip


def find(id: str, now: int) -> tuple[Interaction, Client | None] | None:
    """A pending request that isn't too old, with its client; whose it is, the caller must check."""
    return _FIND.one(id, now)


def trace(id: str) -> tuple[str, str | None] | None:
    """The attempt and the client_id of a pending request, for the activity log; of one that is too old as well."""
    return _TRACE.one(id)


def is_of_another(id: str, session: Session, now: int) -> bool:
    """Whether a pending request can be finished, but in another browser than this one."""
    return _ELSEWHERE.one(id, now, now, session.id) is not None


def begun(session: Session, attempt: str, now: int) -> str | None:
    """The pending request of an attempt that a session has already, if it has one."""
    found = _BEGUN.one(session.id, attempt, now)
    return str(found[0]) if found else None


def keep_answers(id: str, session: Session, before: dict[str, Any], answers: dict[str, Any]) -> bool:
    """Put answers in the place of those `before`; False when others are there by now, or another session's person is.

    Texts are compared: they are ours, and what has been read is written again to the letter.
    """
    return _ANSWER.changed(_json(answers), id, session.id, _json(before)) == 1


def use_challenge(id: str, challenge: str) -> bool:
    """Put a new challenge in the place of one that has been answered; True for exactly one caller."""
    return _CHALLENGE.changed(opaque.challenge(), id, challenge) == 1


def challenge_of(id: str) -> str:
    """What a passkey has to sign now; empty when the request isn't kept any more."""
    found = _CHALLENGE_OF.one(id)
    return found[0] if found else ""


def move(old: Session, new: Session) -> None:
    """Bind the pending requests of one session to another one, when a person becomes somebody else half way."""
    _MOVE.execute(new.id, old.id)


def forget_answers(session: Session) -> None:
    """Forget what has been answered to the pending requests of a session: another person is there now."""
    _FORGET.execute(session.id)


def take(id: str, session: Session) -> bool:
    """Remove a pending request of this session; True for exactly one caller."""
    return _TAKE.changed(id, session.id) == 1
