"""Looking up what has happened."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from idp.storage.models import Activity, User
from idp.storage.purge import ACTIVITY_LIFETIME
from idp.storage.statement import Statement

DAYS_KEPT = ACTIVITY_LIFETIME // 86_400

# Events have no index by name, which each sign-in would pay for. So a look goes through the newest rows, and only through
# so many: 6 ms. What is older is found by looking on from there.
LOOKED_THROUGH = 100_000  # rows
_NEWEST: Statement[tuple[int]] = Statement("SELECT max(id) FROM activities")
_LAST_USES: Statement[tuple[str, int]] = Statement(
    "SELECT client_id, max(at) FROM activities WHERE id >= ? AND username = ? AND event = 'code.issued' GROUP BY client_id"
)
_GOT_IN = "FROM activities WHERE client_id = ? AND event = 'token.issued' AND username IS NOT NULL"
_USERS = Statement(f"SELECT username, max(at) {_GOT_IN} GROUP BY username ORDER BY max(at) DESC, username LIMIT ?")
_COUNT_USERS = Statement(f"SELECT count(DISTINCT username) {_GOT_IN}")


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


def of_user(user: User, events: Collection[str], before: int | None, most: int) -> tuple[list[Activity], int | None]:
    """The newest events of these kinds about a person, newest first, and where to look on for older ones, if there are.

    `before` is where an earlier look ended.
    """
    upper = (_newest() + 1) if before is None else before
    lower = max(upper - LOOKED_THROUGH, 1)
    within = (Activity.id < upper, Activity.id >= lower)
    query = Activity.select().where(*within, Activity.username == user.username, Activity.event.in_(list(events)))
    found = list(query.order_by(Activity.id.desc()).limit(most + 1))
    if len(found) > most:
        return found[:most], found[most - 1].id
    return found, (lower if lower > 1 else None)


def last_uses(user: User) -> dict[str, int]:
    """When a person last went on to each client, by its client_id; as far as the newest events tell."""
    return dict(_LAST_USES.all(max(_newest() - LOOKED_THROUGH, 0), user.username))


def _newest() -> int:
    found = _NEWEST.one()
    return (found[0] if found else None) or 0


def users_of(client_id: str, most: int) -> tuple[list[tuple[str, int]], int]:
    """Who last got into an application and when, the newest first, and how many people did; as far back as is kept."""
    (count,) = _COUNT_USERS.only(client_id)
    return [(name, at) for name, at in _USERS.all(client_id, most)], count
