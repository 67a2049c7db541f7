"""Telling applications that sessions have ended: written down with the deed, delivered later (`oidc/logout/`).

Who ends sessions calls one of these in the same transaction, before anything is deleted, so that no application goes on
with somebody who has been signed out, whichever process is killed when.
"""

from __future__ import annotations

from idp import opaque
from idp.storage import grants, logouts
from idp.storage.models import Client, User
from idp.subject_identifier import subject_identifier

# Seconds in which whoever ends a session delivers by themselves; the process that keeps house waits for them.
AT_ONCE = 20


def tell_of_session(user: User, sid: str, now: int, *, deliver_here: bool = False) -> str:
    """Have every application that a person used in one browser session told that it is over; returns the deed's name."""
    sign_out = opaque.identifier()
    for client in grants.clients_of_session(user, sid):
        if client.backchannel_logout_uri:
            _add(sign_out, client, user, sid, now, now + AT_ONCE if deliver_here else now)
    return sign_out


def tell_of_user(user: User, now: int, *, besides: str | None = None) -> str:
    """Have applications told of all sessions of a person, `besides` one `sid`; returns the deed's name."""
    sign_out = opaque.identifier()
    for client, sid in logouts.sessions_to_tell(user):
        if sid != besides:
            _add(sign_out, client, user, sid, now, now)
    return sign_out


def _add(sign_out: str, client: Client, user: User, sid: str, now: int, due_at: int) -> None:
    logouts.add(sign_out, client, user, subject_identifier(user, client), sid, now, due_at)
