"""Adding and removing groups, and who is in them."""

from __future__ import annotations

from typing import Any

from idp import activity, clock
from idp.custom_claims import rules
from idp.directory import names
from idp.errors import Invalid, NotFound
from idp.storage import clients, users
from idp.storage.database import Conflict, transaction
from idp.storage.models import Client, Group, User


def get(name: str) -> Group:
    """The group with this name; raises NotFound."""
    group = users.group_by_name(name)
    if group is None:
        raise NotFound(f"There is no group named {name!r}. See: idp group list")
    return group


def add(name: str, display_name: str | None = None, *, require_mfa: bool = False) -> Group:
    """A new group; raises Invalid."""
    problems = {}
    if wrong := names.group_problem(name):
        problems["name"] = wrong
    if display_name and (wrong := names.display_name_problem(display_name)):
        problems["display_name"] = wrong
    if problems:
        raise Invalid(**problems)
    try:
        with transaction(durable=True):
            if other := called_alike(name):
                raise Invalid(name=_taken(other, name))
            group = users.add_group(name, display_name, clock.now())
            if require_mfa:
                users.update_group(group, require_mfa=True)
            activity.record("group.added", group=name)
    except Conflict:
        raise Invalid(name=_taken(name, name)) from None
    return group


def called_alike(name: str) -> str | None:
    """The name of the group that applications could take for one of this name, if there is such a group."""
    like = names.as_applications_match(name)
    return next((other for other in users.group_names_alone() if names.as_applications_match(other) == like), None)


def _taken(other: str, name: str) -> str:
    why = "" if other == name else f" Many applications take {name} for the same one."
    return f"There is a group named {other} already.{why}"


def change(group: Group, **fields: Any) -> Group:
    """Change `display_name`, custom `claims`, or `require_mfa`: whether its members need a second factor; raises Invalid."""
    problems = rules.problems(fields.get("claims", {}))
    if fields.get("display_name") and (wrong := names.display_name_problem(fields["display_name"])):
        problems["display_name"] = wrong
    if problems:
        raise Invalid(**problems)
    with transaction(durable=True):
        users.update_group(group, **fields)
        activity.record("group.changed", group=group.name, fields=sorted(fields))
    return get(group.name)


def opens(group: Group) -> list[Client]:
    """The applications that are only for some groups, this one among them, by name."""
    return [client for client in clients.all_clients() if group.name in client.allowed_groups]


def delete(group: Group) -> None:
    """Remove a group; raises Invalid while an application is limited to it."""
    using = [client.name for client in opens(group)]
    if using:
        raise Invalid(group=f"{', '.join(using)} can only be used by this group. Change that first: idp client set")
    with transaction(durable=True):
        users.remove_group(group)
        activity.record("group.deleted", group=group.name)


def grant(group: Group, user: User) -> bool:
    """Put a person into a group; False when they were in it already."""
    with transaction(durable=True):
        added = users.add_to_group(user, group)
        if added:
            activity.record("group.granted", user=user.username, group=group.name)
    return added


def revoke(group: Group, user: User) -> bool:
    """Take a person out of a group; False when they weren't in it."""
    with transaction(durable=True):
        removed = users.remove_from_group(user, group)
        if removed:
            activity.record("group.revoked", user=user.username, group=group.name)
    return removed
