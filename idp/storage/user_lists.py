"""People and groups a page at a time, with what a list says about each, for those who look after many."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from peewee import fn

from idp.storage.models import Credential, Group, Membership, Session, User
from idp.storage.pages import Page, matching, page_of

_NAMES = (User.username, User.email, User.display_name)


def page(words: str = "", *, after: str | None = None, before: str | None = None) -> Page[User]:
    """A page of the people in whose names or address all the words occur, by user name; see `pages.page_of`."""
    return page_of(matching(User.select(), words, *_NAMES), User.username, after=after, before=before)


def members(group: Group, words: str = "", *, after: str | None = None, before: str | None = None) -> Page[User]:
    """The same of those in a group."""
    query = User.select().where(_is_in(group))
    return page_of(matching(query, words, *_NAMES), User.username, after=after, before=before)


def others(group: Group, words: str = "", *, after: str | None = None, before: str | None = None) -> Page[User]:
    """The same of those outside a group."""
    query = User.select().where(~_is_in(group))
    return page_of(matching(query, words, *_NAMES), User.username, after=after, before=before)


def groups_page(words: str = "", *, after: str | None = None, before: str | None = None) -> Page[Group]:
    """A page of the groups in whose names all the words occur, by name."""
    query = matching(Group.select(), words, Group.name, Group.display_name)
    return page_of(query, Group.name, after=after, before=before, ignoring_case=True)


def group_names(people: Iterable[User]) -> dict[int, list[str]]:
    """The names of the groups that these people are in, sorted, by the number of each person."""
    wanted = [person.id for person in people]
    found: dict[int, list[str]] = {id: [] for id in wanted}
    query = Membership.select(Membership.user, Group.name).join(Group).where(Membership.user.in_(wanted))
    for user_id, name in cast(Iterable[tuple[int, str]], query.order_by(Group.name).tuples()):
        found[user_id].append(name)
    return found


def last_seen(people: Iterable[User]) -> dict[int, int]:
    """When these people were last here, by the number of each; of whoever signed out, when they last proved themselves."""
    wanted = [person.id for person in people]
    found: dict[int, int] = {}
    lasts: tuple[tuple[Any, Any], ...] = ((Session, Session.seen_at), (Credential, Credential.last_used_at))
    for model, column in lasts:
        query = model.select(model.user, fn.MAX(column)).where(model.user.in_(wanted)).group_by(model.user)
        for user_id, at in cast(Iterable[tuple[int, int | None]], query.tuples()):
            if at is not None:
                found[user_id] = max(at, found.get(user_id, 0))
    return found


def member_counts(groups: Iterable[Group]) -> dict[int, int]:
    """How many people are in these groups, by the number of each group."""
    wanted = [group.id for group in groups]
    query = Membership.select(Membership.group, fn.COUNT(Membership.id)).where(Membership.group.in_(wanted))
    counted = cast(Iterable[tuple[int, int]], query.group_by(Membership.group).tuples())
    return {**dict.fromkeys(wanted, 0), **dict(counted)}


def _is_in(group: Group) -> Any:
    # EXISTS and not IN: so SQLite goes through people in order and stops at the end of the page, however large the group.
    return fn.EXISTS(Membership.select(Membership.id).where(Membership.user == User.id, Membership.group == group))
