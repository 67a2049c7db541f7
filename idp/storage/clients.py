"""Clients, as rows."""

from __future__ import annotations

import json
from typing import Any

from idp import opaque
from idp.storage.database import take_turns
from idp.storage.models import Client
from idp.storage.models.clients import BUILT_IN
from idp.storage.pages import Page, matching, page_of
from idp.storage.statement import Statement, can_be_stored

_USED = Statement("UPDATE clients SET last_used_at = ? WHERE id = ?")
_FAILED = Statement("UPDATE clients SET last_failed_at = ?, last_failure = ? WHERE client_id = ?")
_ALONE = Statement("SELECT {clients} FROM clients WHERE id = ?", Client, alone=True)
_HELD = Statement("SELECT {clients} FROM clients WHERE id = ?", Client, held=True)
_ID_OF = Statement("SELECT client_id FROM clients WHERE id = ?")
_WITH_HOST = Statement(
    "SELECT {clients} FROM clients WHERE disabled_at IS NULL AND lower(redirect_uris) LIKE ? ESCAPE '!'", Client
)
_BY_SOURCE = Statement("SELECT name, subject_source FROM clients WHERE subject_source <> 'uuid' ORDER BY name LIMIT 20")
_NAMES = Statement("SELECT id, name, registered_by IS NOT NULL AND checked_at IS NULL FROM clients")
_BY_ID = Statement("SELECT {clients} FROM clients WHERE client_id = ?", Client)
_NOT_REGISTERED = {
    "secret_digest", "earlier_secrets", "registration_token_digest", "checked_at", "last_used_at", "last_failed_at",
    "last_failure", "updated_at",
}  # fmt: skip


def by_id(client_id: str) -> Client | None:
    """The client with exactly this identifier, enabled or not."""
    return _BY_ID.one(client_id)


def id_of(number: int) -> str | None:
    """The identifier of the client with this row number."""
    found = _ID_OF.one(number)
    return str(found[0]) if found else None


def alone(client: Client) -> Client | None:
    """The client as it is now; whoever else asks for it so waits until the open transaction ends."""
    return _ALONE.one(client.id)


def held(client: Client) -> Client | None:
    """The client as it is now and stays until the open transaction ends."""
    return _HELD.one(client.id)


def version(client: Client) -> str:
    """A word for all that is registered of a client; secrets, checks and how its sign-ins go leave it the same."""
    registered = {name: value for name, value in client.__data__.items() if name not in _NOT_REGISTERED}
    return opaque.digest(json.dumps(registered, sort_keys=True))


def by_name(name: str) -> Client | None:
    """The client that pages call by this name."""
    found: Client | None = Client.get_or_none(Client.name == name)
    return found


def names() -> list[tuple[int, str, bool]]:
    """The row number and name of each client, and whether it registered itself and nobody has checked it."""
    return [(int(number), str(name), bool(is_unchecked)) for number, name, is_unchecked in _NAMES.all()]


def names_alone() -> list[tuple[int, str, bool]]:
    """The same; whoever else asks so waits until the open transaction ends, and then finds the names that it has given."""
    take_turns("names of clients")
    return names()


def with_host(host: str) -> list[Client]:
    """The clients, not switched off, whose redirect URIs may have this host in lower case; the caller looks exactly."""
    escaped = host.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return _WITH_HOST.all(f"%//{escaped}%")


def all_clients() -> list[Client]:
    """Every client that somebody has registered, sorted by name."""
    return list(Client.select().where(Client.client_id != BUILT_IN).order_by(Client.name))


def names_by_subject_source() -> dict[str, list[str]]:
    """The names of clients that know people by something that could change, the first few, by what that is."""
    found: dict[str, list[str]] = {}
    for name, source in _BY_SOURCE.all():
        found.setdefault(str(source), []).append(str(name))
    return found


def presets_in_use() -> list[str]:
    """The presets from which there are clients, each once, in alphabetical order."""
    named = Client.select(Client.preset).where(Client.preset.is_null(False)).distinct()
    return sorted(str(client.preset) for client in named)


def page(words: str = "", *, after: str | None = None, before: str | None = None) -> Page[Client]:
    """A page of the clients in whose name, address or id all the words occur, by name; see `pages.page_of`."""
    query = Client.select().where(Client.client_id != BUILT_IN)
    query = matching(query, words, Client.name, Client.app_url, Client.client_id)
    return page_of(query, Client.name, after=after, before=before, ignoring_case=True)


def add(**columns: Any) -> Client:
    """A new client; the caller opens a durable transaction. Raises Conflict when the id or the name is another's."""
    return Client.create(**columns)


def update(client: Client, **columns: Any) -> None:
    """Change what is written down about a client, if it is still there; the caller opens a durable transaction.

    Raises Conflict when the name is another's.
    """
    Client.update(**columns).where(Client.id == client.id).execute()


def note_use(client: Client, now: int) -> None:
    """Write down that somebody has just got in."""
    _USED.execute(now, client.id)


def note_failure(client_id: str, reason: str, now: int) -> None:
    """Write down that a sign-in has just failed, if there is such a client."""
    if can_be_stored([client_id]):
        _FAILED.execute(now, reason, client_id)


def replace_secret(client: Client, digest: str) -> bool:
    """Keep another digest in the place of what is kept, unless somebody has changed that meanwhile."""
    query = Client.update(secret_digest=digest).where(
        Client.id == client.id, Client.secret_digest == client.secret_digest
    )
    return bool(query.execute())


def remove(client: Client) -> bool:
    """Delete a client with everything granted to it; whether it was still there."""
    return bool(client.delete_instance())
