"""Looking up clients."""

from __future__ import annotations

from idp.storage.models import Client
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
