"""Looking up what has happened."""

from __future__ import annotations

from collections.abc import Iterator

from idp.storage.models import Activity


def rows(
    *, user: str | None = None, client: str | None = None, since: int = 0, after_id: int = 0, most: int = 1_000
) -> Iterator[Activity]:
    """The newest events that fit, oldest first."""
    query = Activity.select().where(Activity.at >= since, Activity.id > after_id)
    if user:
        query = query.where(Activity.username == user)
    if client:
        query = query.where(Activity.client_id == client)
    yield from reversed(list(query.order_by(Activity.id.desc()).limit(most)))
