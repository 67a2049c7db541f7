"""Grants with their codes, and taking them back.

Whatever may happen only once is one conditional UPDATE that must change exactly one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from idp.storage.models import Client, Grant, JSONText, User
from idp.storage.statement import Statement

_NEW_GRANT = Statement(
    "INSERT INTO grants (user_id, client_id, sid, scopes, id_token_claims, userinfo_claims, auth_time, acr, amr, "
    "attempt, created_at, expires_at, code_digest, code_expires_at, code_challenge, redirect_uri, nonce) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_NEW_GRANT_OF_CLIENT = Statement(
    "INSERT INTO grants (client_id, scopes, id_token_claims, userinfo_claims, attempt, created_at, expires_at) "
    "VALUES (?, ?, '[]', '[]', ?, ?, ?) RETURNING id"
)
_FIND_CODE = Statement(
    "SELECT {grants}, {users+} FROM grants JOIN users ON users.id = grants.user_id WHERE grants.code_digest = ?",
    Grant,
    User,
)
_USE_CODE = Statement(
    "UPDATE grants SET code_used_at = ? WHERE id = ? AND code_used_at IS NULL AND code_expires_at > ? "
    "AND revoked_at IS NULL"
)
# What a grant needs so that anything hanging from it opens something; a client's own has no user who could be disabled.
STANDS = "grants.revoked_at IS NULL AND users.disabled_at IS NULL"
_REVOKE = Statement("UPDATE grants SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL")
_REVOKE_OF_USER = Statement("UPDATE grants SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL")
# What a person grants always has a code, a device's or a redirect's; one that nobody has exchanged has signed nobody in.
SIGNED_IN = "grants.code_used_at IS NOT NULL"
# Scopes are a JSON list of known words.
_IS_OFFLINE = f"scopes LIKE '%\"offline_access\"%' AND {SIGNED_IN}"
_REVOKE_OF_SESSION = Statement(
    f"UPDATE grants SET revoked_at = ? WHERE user_id = ? AND sid = ? AND revoked_at IS NULL AND NOT ({_IS_OFFLINE})"
)
_END_TOKENS_OF_SESSION = Statement(
    "UPDATE access_tokens SET expires_at = ? WHERE expires_at > ? "
    f"AND grant_id IN (SELECT id FROM grants WHERE user_id = ? AND sid = ? AND {_IS_OFFLINE})"
)
_CLIENTS_OF_SESSION = Statement(
    "SELECT {clients} FROM clients WHERE id IN (SELECT client_id FROM grants WHERE user_id = ? AND sid = ? "
    f"AND {SIGNED_IN}) ORDER BY lower(name)",
    Client,
)
_NOTE_USERINFO = Statement("UPDATE grants SET userinfo_at = ? WHERE id = ? AND userinfo_at IS NULL")
_EXTEND = Statement("UPDATE grants SET expires_at = ? WHERE id = ?")
_REVOKE_ALL_OF_SESSION = Statement(
    "UPDATE grants SET revoked_at = ? WHERE user_id = ? AND sid = ? AND revoked_at IS NULL"
)
_REVOKE_OF_OTHERS = Statement("UPDATE grants SET revoked_at = ? WHERE user_id = ? AND sid <> ? AND revoked_at IS NULL")
_REVOKE_OF_CLIENT = Statement(
    "UPDATE grants SET revoked_at = ? WHERE user_id = ? AND client_id = ? AND revoked_at IS NULL"
)
_json = JSONText().db_value


@dataclass(frozen=True, slots=True)
class NewGrant:
    """What a finished sign-in gives a client, and the code to fetch it with."""

    user: User
    client: Client
    sid: str
    scopes: list[str]
    id_token_claims: list[str]
    userinfo_claims: list[str]
    auth_time: int
    acr: str
    amr: list[str]
    attempt: str
    created_at: int
    expires_at: int
    code_digest: str
    code_expires_at: int
    code_challenge: str | None
    redirect_uri: str | None  # absent where a device fetches it
    nonce: str | None


def add(new: NewGrant) -> None:
    """Write down a grant with its code."""
    _NEW_GRANT.execute(
        new.user.id, new.client.id, new.sid, _json(new.scopes), _json(new.id_token_claims),
        _json(new.userinfo_claims), new.auth_time, new.acr, _json(new.amr), new.attempt, new.created_at, new.expires_at,
        new.code_digest, new.code_expires_at, new.code_challenge, new.redirect_uri, new.nonce,
    )  # fmt: skip


def add_for_client(client: Client, scopes: Sequence[str], attempt: str, created_at: int, expires_at: int) -> int:
    """Write down what a client gets for itself, without any person; returns the grant's number."""
    ((number,),) = _NEW_GRANT_OF_CLIENT.all(client.id, _json(scopes), attempt, created_at, expires_at)
    return int(number)


def find_by_code(digest: str) -> tuple[Grant, User] | None:
    """The grant that a code fetches, and whose it is, whatever state they are in."""
    return _FIND_CODE.one(digest)


def use_code(grant: int, now: int) -> bool:
    """Mark a grant's code as used; True for exactly one caller, and only while it is fresh and the grant stands."""
    return _USE_CODE.changed(now, grant, now) == 1


def extend(grant: int, expires_at: int) -> None:
    """Let a grant be kept for longer, as something longer-lived hangs from it now."""
    _EXTEND.execute(expires_at, grant)


def note_userinfo(grant: int, now: int) -> bool:
    """Write down that a grant's client has asked for the person's details; True for exactly one caller, the first."""
    return _NOTE_USERINFO.changed(now, grant) == 1


def revoke(grant: int, now: int) -> bool:
    """Take a grant back, and so every code and token of it; True when it stood until now.

    The caller opens a durable transaction.
    """
    return _REVOKE.changed(now, grant) == 1


def revoke_of_user(user: User, now: int) -> int:
    """Take back all that a person ever granted; returns how many grants stood."""
    return _REVOKE_OF_USER.changed(now, user.id)


def revoke_of_session(user: User, sid: str, now: int) -> int:
    """Take back what a person granted in one browser session; returns how many grants were taken back.

    What they granted with `offline_access` is meant to outlive the session (OIDC Core 11, OIDC Back-Channel Logout 2.7):
    of it only the access tokens end, and its application needs the refresh token for new ones.
    """
    # In this order: the first waits for codes that are just being exchanged, so the second finds what came of them.
    revoked = _REVOKE_OF_SESSION.changed(now, user.id, sid)
    _END_TOKENS_OF_SESSION.execute(now, now, user.id, sid)
    return revoked


def clients_of_session(user: User, sid: str) -> list[Client]:
    """The clients that somebody has really signed in to in one browser session, by name."""
    return _CLIENTS_OF_SESSION.all(user.id, sid)


def revoke_all_of_session(user: User, sid: str, now: int) -> int:
    """Take back all that a person granted in one browser session, also what was meant to outlive it."""
    return _REVOKE_ALL_OF_SESSION.changed(now, user.id, sid)


def revoke_of_other_sessions(user: User, sid: str, now: int) -> int:
    """Take back all that a person granted in any other browser session, also in ones that are over."""
    return _REVOKE_OF_OTHERS.changed(now, user.id, sid)


def revoke_of_client(user: User, client: Client, now: int) -> int:
    """Take back all that a person granted to one client; returns how many grants stood."""
    return _REVOKE_OF_CLIENT.changed(now, user.id, client.id)
