"""What people have allowed clients to read."""

from __future__ import annotations

from collections.abc import Iterable

from idp.storage.models import Client, Consent, JSONText, User
from idp.storage.statement import Statement

_FIND = Statement("SELECT {consents} FROM consents WHERE user_id = ? AND client_id = ?", Consent)
_KEEP = Statement(
    "INSERT INTO consents (user_id, client_id, scopes, claims, granted_at) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (user_id, client_id) DO UPDATE SET scopes = excluded.scopes, claims = excluded.claims, "
    "granted_at = excluded.granted_at"
)
_OF_USER: Statement[tuple[Consent, Client]] = Statement(
    "SELECT {consents}, {clients} FROM consents JOIN clients ON clients.id = consents.client_id "
    "WHERE consents.user_id = ?",
    Consent,
    Client,
)
_FORGET = Statement("DELETE FROM consents WHERE user_id = ? AND client_id = ?")
_FORGET_ALL = Statement("DELETE FROM consents WHERE client_id = ?")
_json = JSONText().db_value


def covers(user: User, client: Client, scopes: Iterable[str], claims: Iterable[str]) -> bool:
    """Whether a person has allowed all of this before."""
    consent = _FIND.one(user.id, client.id)
    return consent is not None and set(scopes) <= set(consent.scopes) and set(claims) <= set(consent.claims)


def keep(user: User, client: Client, scopes: Iterable[str], claims: Iterable[str], now: int) -> None:
    """Remember a yes, on top of what was allowed before; the caller opens a durable transaction."""
    before = _FIND.one(user.id, client.id)
    every_scope = {*scopes, *(before.scopes if before else ())}
    every_claim = {*claims, *(before.claims if before else ())}
    _KEEP.execute(user.id, client.id, _json(sorted(every_scope)), _json(sorted(every_claim)), now)


def of_user(user: User) -> list[tuple[Consent, Client]]:
    """All that a person has allowed, and to which clients."""
    return _OF_USER.all(user.id)


def forget(user: User, client: Client) -> bool:
    """Forget a yes, so that it is asked for again; the caller opens a durable transaction."""
    return _FORGET.changed(user.id, client.id) == 1


def forget_all(client: Client) -> None:
    """Forget what anybody has allowed a client; the caller opens a durable transaction."""
    _FORGET_ALL.execute(client.id)
