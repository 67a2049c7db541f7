"""The application that an address names, and its own address."""

from __future__ import annotations

from werkzeug.exceptions import NotFound

from idp.storage import clients
from idp.storage.models import Client

HERE = "applications"  # the word of the navigation


def client_named(client_id: str) -> Client:
    """The client with exactly this id, if somebody has registered it; raises NotFound."""
    client = clients.by_id(client_id)
    if client is None or client.is_built_in:
        raise NotFound
    return client


def address_of(client: Client, page: str = "") -> str:
    """Where the pages of a client are."""
    return f"/admin/applications/{client.client_id}" + (f"/{page}" if page else "")
