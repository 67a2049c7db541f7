"""Clients, as rows."""

from __future__ import annotations

from typing import Any

from idp.storage.models import Client
from idp.storage.pages import Page, matching, page_of
from idp.storage.statement import Statement

_BY_ID = Statement("SELECT {clients} FROM clients WHERE client_id = ?", Client)


def by_id(client_id: str) -> Client | None:
    """The client with exactly this identifier, enabled or not."""
    return _BY_ID.one(client_id)


def by_name(name: str) -> Client | None:
    """The client that pages call by this name."""
    found: Client | None = Client.get_or_none(Client.name == name)
    return found


def all_clients() -> list[Client]:
    """Every client, sorted by name."""
    return list(Client.select().order_by(Client.name))


def page(words: str = "", *, after: str | None = None, before: str | None = None) -> Page[Client]:
    """A page of the clients in whose name, address or id all the words occur, by name; see `pages.page_of`."""
    query = matching(Client.select(), words, Client.name, Client.app_url, Client.client_id)
    return page_of(query, Client.name, after=after, before=before, ignoring_case=True)


def add(**columns: Any) -> Client:
    """A new client; the caller opens a durable transaction. Raises Conflict when the id or the name is another's."""
    return Client.create(**columns)


def update(client: Client, **columns: Any) -> None:
    """Change what is written down about a client; the caller opens a durable transaction."""
    Client.update(**columns).where(Client.id == client.id).execute()


def remove(client: Client) -> None:
    """Delete a client with everything granted to it."""
    client.delete_instance()
