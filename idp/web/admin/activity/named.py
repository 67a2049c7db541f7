"""What the applications are called that events tell of."""

from __future__ import annotations

from collections.abc import Iterable

from idp.storage import clients
from idp.storage.models import Activity


def names_of(events: Iterable[Activity]) -> dict[str, str]:
    """The names of these events' applications by their ids; one that is gone goes by what was written down, or its id."""
    names: dict[str, str] = {}
    for event in events:
        if event.client_id and event.client_id not in names:
            client = clients.by_id(event.client_id)
            names[event.client_id] = client.name if client else str(event.detail.get("name", event.client_id))
    return names
