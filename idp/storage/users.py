"""People and the groups they are in, as rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from peewee import fn

from idp import clock
from idp.storage.database import take_turns
from idp.storage.models import Group, JSONText, Membership, RetiredName, User
from idp.storage.statement import Statement

_BY_NAME = Statement("SELECT {users} FROM users WHERE username = ?", User)
_BY_EMAIL = Statement("SELECT {users} FROM users WHERE email = ?", User)
_BY_SUB = Statement("SELECT {users} FROM users WHERE sub = ?", User)
_HELD = Statement("SELECT {users} FROM users WHERE id = ?", User, held=True)
_ALONE = Statement("SELECT {users} FROM users WHERE id = ?", User, alone=True)
_ADMINISTRATORS = Statement(
    "SELECT {users} FROM users WHERE is_admin AND disabled_at IS NULL ORDER BY id", User, alone=True
)
_POLICY = Statement(
    "SELECT EXISTS (SELECT 1 FROM credentials WHERE user_id = ? AND authenticator <> 'password'), "
    "EXISTS (SELECT 1 FROM memberships JOIN groups ON groups.id = memberships.group_id "
    "WHERE memberships.user_id = ? AND groups.require_mfa) "
    "OR EXISTS (SELECT 1 FROM settings WHERE name = 'require_mfa')"
)
_GROUPS = Statement(
    "SELECT groups.name, groups.claims FROM groups JOIN memberships ON memberships.group_id = groups.id "
    "WHERE memberships.user_id = ? ORDER BY groups.name"
)
_GROUP_NAMES = Statement("SELECT name FROM groups ORDER BY name")
_JOIN = Statement("INSERT INTO memberships (user_id, group_id) VALUES (?, ?) ON CONFLICT DO NOTHING")
_claims_of = JSONText().python_value
_MEMBERS = Statement("SELECT group_id, count(*) FROM memberships GROUP BY group_id")


def by_name(username: str) -> User | None:
    """The person with exactly this user name."""
    return _BY_NAME.one(username)


def by_email(email: str) -> User | None:
    """The person with exactly this address, in lower case."""
    return _BY_EMAIL.one(email)


def by_sub(sub: str) -> User | None:
    """The person with this subject identifier."""
    return _BY_SUB.one(sub)


def held(user: User) -> User | None:
    """The person as they are now; nobody changes them before the open transaction ends."""
    return _HELD.one(user.id)


def alone(user: User) -> User | None:
    """The person as they are now; whoever else asks for them waits until the open transaction ends."""
    return _ALONE.one(user.id)


def second_factor(user: User) -> tuple[bool, bool]:
    """Whether a person has enrolled a second factor, and whether a group of theirs or this provider demands one."""
    has, must = _POLICY.only(user.id, user.id)
    return bool(has), bool(must)


def group_names(user: User) -> list[str]:
    """The names of the groups a person is in, sorted."""
    return [name for name, _claims in _GROUPS.all(user.id)]


def groups_with_claims(user: User) -> list[tuple[str, dict[str, Any]]]:
    """The same with the custom claims of each group."""
    return [(name, {} if claims == "{}" else _claims_of(claims)) for name, claims in _GROUPS.all(user.id)]


def groups(user: User) -> list[Group]:
    """The groups a person is in, sorted by name."""
    return list(Group.select().join(Membership).where(Membership.user == user).order_by(Group.name))


def all_users() -> list[User]:
    """Everybody, sorted by user name."""
    return list(User.select().order_by(User.username))


def anybody() -> bool:
    """Whether there is at least one person."""
    return bool(User.select().limit(1).exists())


def newest_instant() -> int:
    """When the newest change of any account was made; 0 when there is none."""
    return int(User.select(fn.MAX(User.updated_at)).scalar() or 0)


def administrators() -> list[User]:
    """Everybody who may administer and isn't disabled."""
    return list(User.select().where(User.is_admin, User.disabled_at.is_null()).order_by(User.username))


def administrators_alone() -> list[User]:
    """The same; whoever else asks so waits until the open transaction ends, and then finds what it has left of them."""
    return _ADMINISTRATORS.all()


def add(**columns: Any) -> User:
    """A new person; the caller opens a durable transaction. Raises Conflict when the name or address is somebody's."""
    return User.create(**columns)


def update(user: User, **columns: Any) -> None:
    """Change what is written down about a person; the caller opens a durable transaction."""
    User.update(**columns).where(User.id == user.id).execute()


def add_to_group(user: User, group: Group) -> bool:
    """Put a person into a group; False when they were in it already."""
    return _JOIN.changed(user.id, group.id) == 1


def remove_from_group(user: User, group: Group) -> bool:
    """Take a person out of a group; False when they weren't in it."""
    return bool(Membership.delete().where(Membership.user == user, Membership.group == group).execute())


def remove(user: User) -> None:
    """Delete a person with everything that hangs on them; the user name is never given out again."""
    RetiredName.create(username=user.username, retired_at=clock.now())
    user.delete_instance()


def is_retired(username: str) -> bool:
    """Whether somebody who is gone had this user name."""
    return bool(RetiredName.select().where(RetiredName.username == username).exists())


def all_groups() -> list[tuple[Group, int]]:
    """Every group with its number of members, sorted by name."""
    counts = dict(_MEMBERS.all())
    return [(group, counts.get(group.id, 0)) for group in Group.select().order_by(Group.name)]


def group_by_name(name: str) -> Group | None:
    """The group with exactly this name."""
    found: Group | None = Group.get_or_none(Group.name == name)
    return found


def group_names_alone() -> list[str]:
    """The name of every group; whoever else asks so waits until the open transaction ends, and finds what it has added."""
    take_turns("names of groups")
    return [str(name) for (name,) in _GROUP_NAMES.all()]


def add_group(name: str, display_name: str | None, now: int) -> Group:
    """A new group; the caller opens a durable transaction. Raises Conflict when there is one of that name."""
    return Group.create(name=name, display_name=display_name, created_at=now)


def update_group(group: Group, **columns: Any) -> None:
    """Change what is written down about a group; the caller opens a durable transaction."""
    Group.update(**columns).where(Group.id == group.id).execute()


def remove_group(group: Group) -> None:
    """Delete a group; the people in it stay."""
    group.delete_instance()


def members(group: Group) -> list[User]:
    """The people in a group, sorted by user name."""
    return list(User.select().join(Membership).where(Membership.group == group).order_by(User.username))


def groups_named(names: Iterable[str]) -> list[Group]:
    """The groups with these names."""
    return list(Group.select().where(Group.name.in_(list(names))))


def missing_groups(names: Iterable[str]) -> list[str]:
    """Those of the names that no group has."""
    wanted = list(names)
    known = {group.name for group in groups_named(wanted)}
    return [name for name in wanted if name not in known]
