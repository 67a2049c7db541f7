"""Who has to be told that a session has ended: found by the grants made in it, told by whoever claims the row first."""

from __future__ import annotations

from idp.storage.grants import SIGNED_IN
from idp.storage.models import Client, LogoutDelivery, User
from idp.storage.statement import Statement

CLAIM = 60  # seconds that whoever claims a delivery has for it; somebody else tries it after that
KEPT = 30 * 86_400  # seconds that its outcome can be looked up

_CLIENTS_OF_USER = Statement(
    "SELECT {clients} FROM clients WHERE backchannel_logout_uri IS NOT NULL "
    f"AND id IN (SELECT client_id FROM grants WHERE user_id = ? AND {SIGNED_IN}) ORDER BY name",
    Client,
)
# Who has been told of a session once is told no more: it was over then.
_SIDS = Statement(
    f"SELECT DISTINCT sid FROM grants WHERE user_id = ? AND client_id = ? AND {SIGNED_IN} AND NOT EXISTS (SELECT 1 FROM "
    "logout_deliveries WHERE logout_deliveries.sid = grants.sid AND logout_deliveries.client_id = grants.client_id) "
    "ORDER BY sid"
)
_ADD = Statement(
    "INSERT INTO logout_deliveries (sign_out, client_id, username, sub, sid, tries, created_at, due_at, expires_at) "
    "VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?)"
)
_DUE: Statement[tuple[LogoutDelivery, Client]] = Statement(
    "SELECT {logout_deliveries}, {clients} FROM logout_deliveries JOIN clients ON clients.id = logout_deliveries.client_id "
    "WHERE logout_deliveries.due_at <= ? ORDER BY logout_deliveries.due_at, logout_deliveries.id LIMIT ?",
    LogoutDelivery,
    Client,
)
_OF_SIGN_OUT: Statement[tuple[LogoutDelivery, Client]] = Statement(
    "SELECT {logout_deliveries}, {clients} FROM logout_deliveries JOIN clients ON clients.id = logout_deliveries.client_id "
    "WHERE logout_deliveries.sign_out = ? ORDER BY clients.name",
    LogoutDelivery,
    Client,
)
_CLAIM = Statement("UPDATE logout_deliveries SET due_at = ?, tries = tries + 1 WHERE id = ? AND due_at = ?")
_DELIVERED = Statement("UPDATE logout_deliveries SET due_at = NULL, delivered_at = ?, problem = NULL WHERE id = ?")
_FAILED = Statement("UPDATE logout_deliveries SET due_at = ?, problem = ? WHERE id = ?")
_POSTPONE_OTHERS = Statement("UPDATE logout_deliveries SET due_at = ? WHERE client_id = ? AND due_at <= ?")
_NEWEST = Statement(
    "SELECT {logout_deliveries} FROM logout_deliveries WHERE client_id = ? AND (problem IS NOT NULL OR delivered_at IS NOT NULL) "
    "AND created_at > ? ORDER BY id DESC LIMIT 1",
    LogoutDelivery,
)
_CLIENTS = Statement(
    "SELECT {clients} FROM clients WHERE backchannel_logout_uri IS NOT NULL AND disabled_at IS NULL ORDER BY name",
    Client,
)
_WAITING: Statement[tuple[int]] = Statement(
    "SELECT count(*) FROM logout_deliveries WHERE due_at IS NOT NULL AND problem IS NOT NULL"
)


def sessions_to_tell(user: User) -> list[tuple[Client, str]]:
    """Every session that an application may know a person by, for those that can be told that it has ended."""
    return [(client, str(sid)) for client in _CLIENTS_OF_USER.all(user.id) for (sid,) in _SIDS.all(user.id, client.id)]


def add(sign_out: str, client: Client, user: User, sub: str, sid: str, now: int, due_at: int) -> None:
    """Write down that an application has to be told; in the transaction in which the session ends."""
    _ADD.execute(sign_out, client.id, user.username, sub, sid, now, due_at, now + KEPT)


def due(now: int, most: int) -> list[tuple[LogoutDelivery, Client]]:
    """What could be delivered now, and to whom."""
    return _DUE.all(now, most)


def of_sign_out(sign_out: str) -> list[tuple[LogoutDelivery, Client]]:
    """Everybody who is told about one deed, by name, and what has become of it."""
    return _OF_SIGN_OUT.all(sign_out)


def claim(delivery: LogoutDelivery, now: int) -> bool:
    """Take a delivery upon oneself; True for exactly one caller. The others read nothing into that."""
    if _CLAIM.changed(now + CLAIM, delivery.id, delivery.due_at) != 1:
        return False
    delivery.tries += 1
    return True


def delivered(delivery: LogoutDelivery, now: int) -> None:
    """Note that the application knows."""
    _DELIVERED.execute(now, delivery.id)
    delivery.due_at, delivery.delivered_at, delivery.problem = None, now, None


def failed(delivery: LogoutDelivery, problem: str, again_at: int | None) -> None:
    """Note what went wrong, and when it is tried again, if it is."""
    _FAILED.execute(again_at, problem, delivery.id)
    delivery.due_at, delivery.problem = again_at, problem


def postpone_others(client: Client, now: int, until: int) -> None:
    """Let everything else that is due for an application wait as well, as nobody reaches it now."""
    _POSTPONE_OTHERS.execute(until, client.id, now)


def last_problem(client: Client, since: int) -> LogoutDelivery | None:
    """The newest delivery to an application, if it has failed so far."""
    found = _NEWEST.one(client.id, since)
    return found if found and found.problem else None


def clients_to_tell() -> list[Client]:
    """Every application that wants to be told, by name."""
    return _CLIENTS.all()


def waiting() -> int:
    """How many deliveries have failed and are tried again."""
    return int(_WAITING.only()[0])
