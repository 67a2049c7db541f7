"""Writing down what happens, and looking it up."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from idp.storage.models import Activity, JSONText, User
from idp.storage.pages import MOST, Page
from idp.storage.statement import Statement, can_be_stored

_ADD = Statement(
    "INSERT INTO activities (at, event, attempt, username, client_id, address, detail) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
# Events have no index by name, which each sign-in would pay for. So a look goes through the newest rows, and only through
# so many: 6 ms. What is older is found by looking on from there.
LOOKED_THROUGH = 100_000  # rows
_NEWEST: Statement[tuple[int]] = Statement("SELECT max(id) FROM activities")
_FROM: Statement[tuple[int, int]] = Statement("SELECT id, at FROM activities WHERE id >= ? ORDER BY id LIMIT 1")
_LONGEST_ATTEMPT = 500  # rows; more than a person makes in the hour that a sign-in may take
_LAST_USES: Statement[tuple[str, int]] = Statement(
    "SELECT client_id, max(at) FROM activities WHERE id >= ? AND username = ? AND event IN ('code.issued', 'device.allowed') GROUP BY client_id"
)
_USERS: Statement[tuple[str, int, int]] = Statement(
    "SELECT username, max(at), count(*) OVER () FROM activities WHERE id >= ? AND client_id = ? AND event = 'token.issued' "
    "AND username IS NOT NULL GROUP BY username ORDER BY max(at) DESC, username LIMIT ?"
)
_json = JSONText().db_value


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events somebody looks for: all of what is given has to fit."""

    user: str = ""
    client: str = ""
    events: Collection[str] | None = None
    are_others: bool = False  # those that are not among `events`
    since: int | None = None
    until: int | None = None


def add(at: int, event: str, about: Mapping[str, Any], detail: Mapping[str, Any]) -> None:
    """Write down one event, and whom it is `about`: `attempt`, `user`, `client` and `address`, those that are known."""
    get = about.get
    _ADD.execute(at, event, get("attempt"), get("user"), get("client"), get("address"), _json(detail))


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


def page(wanted: Wanted, *, after: int | None = None, before: int | None = None, most: int = MOST) -> Page[Activity]:
    """A page of the events that fit, newest first: those older than the row `after`, or newer than the row `before`.

    It may hold fewer than there are, even none, where a page after it goes on looking.
    """
    oldest = _FROM.one(1)
    bottom = (oldest[0] if oldest else 1) if wanted.since is None else _first_since(wanted.since)
    top = _newest() + 1 if wanted.until is None else _first_since(wanted.until)
    if not can_be_stored([wanted.user, wanted.client]):
        return Page([], None, None)
    if before is not None:
        lower = max(before + 1, bottom)
        upper = min(lower + LOOKED_THROUGH, top)
        found = list(_fitting(wanted, lower, upper).order_by(Activity.id.asc()).limit(most + 1))
        is_more, found = len(found) > most, found[:most][::-1]
        newer = found[0].id if is_more else upper - 1 if upper < top else None
        return Page(found, before=_key(newer), after=_key(lower))
    upper = top if after is None else min(after, top)
    lower = max(upper - LOOKED_THROUGH, bottom)
    found = list(_fitting(wanted, lower, upper).order_by(Activity.id.desc()).limit(most + 1))
    is_more, found = len(found) > most, found[:most]
    older = found[-1].id if is_more else lower if lower > bottom else None
    return Page(found, before=_key(upper - 1) if upper < top else None, after=_key(older))


def of_attempt(attempt: str) -> list[Activity]:
    """The events of one sign-in, oldest first."""
    return list(Activity.select().where(Activity.attempt == attempt).order_by(Activity.id).limit(_LONGEST_ATTEMPT))


def _fitting(wanted: Wanted, lower: int, upper: int) -> Any:
    query = Activity.select().where(Activity.id >= lower, Activity.id < upper)
    if wanted.user:
        query = query.where(Activity.username == wanted.user)
    if wanted.client:
        query = query.where(Activity.client_id == wanted.client)
    if wanted.events is not None:
        names = sorted(wanted.events)
        query = query.where(Activity.event.not_in(names) if wanted.are_others else Activity.event.in_(names))
    return query


def _first_since(instant: int) -> int:
    """The id from which on events are as young as this: rows are written in the order of time, so halving finds it."""
    low, high = 1, _newest() + 1
    while low < high:
        middle = (low + high) // 2
        row = _FROM.one(middle)
        if row is None or row[1] >= instant:
            high = middle
        else:
            low = row[0] + 1
    return low


def _key(row: int | None) -> str | None:
    return None if row is None else str(row)


def last_uses(user: User) -> dict[str, int]:
    """When a person last went on to each client, by its client_id; as far as the newest events tell."""
    return dict(_LAST_USES.all(max(_newest() - LOOKED_THROUGH, 0), user.username))


def _newest() -> int:
    found = _NEWEST.one()
    return (found[0] if found else None) or 0


def users_of(client_id: str, most: int) -> tuple[list[tuple[str, int]], int, int]:
    """Who last got into an application and when, newest first; how many people did; and as far back as was looked."""
    lower = max(_newest() - LOOKED_THROUGH, 1)
    found = _USERS.all(lower, client_id, most)
    first = _FROM.one(lower)
    return [(name, at) for name, at, _count in found], found[0][2] if found else 0, first[1] if first else 0
