"""Adding, changing and removing people: one set of rules for every door."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from idp import activity, clock, sign_outs
from idp.authenticators import password as password_authenticator
from idp.authenticators.password import hashing, rules
from idp.authenticators.password.rules import Strength
from idp.custom_claims import rules as custom_claims
from idp.directory import authority, names
from idp.errors import Invalid, NotFound
from idp.mail import notices
from idp.storage import grants, links, pictures, sessions, users
from idp.storage.database import Conflict, transaction
from idp.storage.models import User

NAMES = ("display_name", "given_name", "family_name")


def get(username: str) -> User:
    """The person with this user name; raises NotFound."""
    user = users.by_name(username)
    if user is None:
        raise NotFound(f"There is no user named {username!r}. See: idp user list")
    return user


def add(
    username: str,
    *,
    email: str | None,
    email_verified: bool = True,
    display_name: str | None = None,
    groups: Sequence[str] = (),
    is_admin: bool = False,
    password: str | None = None,
    first: Callable[[], None] | None = None,
) -> User:
    """A new person; raises Invalid with a sentence for each field that can't be taken.

    `first` is done before anything else in the same transaction: using up a link.
    """
    email = email.strip().lower() if email else None
    if wrong := problems(username, email=email, display_name=display_name, groups=groups, password=password):
        raise Invalid(**wrong)
    now = clock.now()
    hashed = hashing.hash(password) if password is not None else None
    try:
        with transaction(durable=True):
            if first:
                first()
            user = users.add(
                sub=str(uuid.uuid4()), username=username, email=email, email_verified=email is not None and email_verified,
                display_name=display_name, is_admin=is_admin, created_at=now, updated_at=now,
            )  # fmt: skip
            for group in users.groups_named(groups):
                users.add_to_group(user, group)
            if hashed is not None:
                password_authenticator.enrol(user, hashed, now)
            activity.record("user.added", user=username, groups=list(groups), admin=int(is_admin))
    except Conflict:  # somebody else took the name between our look and our write
        raise Invalid(**_taken(username, email)) from None
    return user


def problems(
    username: str,
    *,
    email: str | None,
    display_name: str | None = None,
    groups: Sequence[str] = (),
    password: str | None = None,
) -> dict[str, str]:
    """A sentence for each field of a new person that can't be taken."""
    found = _problems(username, email.strip().lower() if email else None, display_name)
    if missing := users.missing_groups(groups):
        found["group"] = _no_such_groups(missing)
    if password is not None and (weak := rules.problem(password, words_about(username, email, display_name))):
        found["password"] = weak
    return found


def change(user: User, *, first: Callable[[], None] | None = None, **fields: Any) -> User:
    """Change names, `email`, `is_admin`, `disabled_at`, `claims`, `password`, `groups`; raises Invalid. `first`: see `add`.

    An address counts as verified, as an administrator entered it, unless `email_verified` says otherwise.
    """
    password, groups = fields.pop("password", None), fields.pop("groups", None)
    problems = custom_claims.problems(fields.get("claims", {}))
    if "email" in fields:
        email = fields["email"] = (fields["email"] or "").strip().lower() or None
        fields["email_verified"] = email is not None and fields.get("email_verified", True)
        if email and (wrong := names.email_problem(email)):
            problems["email"] = wrong
        elif email and (other := users.by_email(email)) and other.id != user.id:
            problems["email"] = "Another user has this e-mail address."
    for name in NAMES:
        if fields.get(name) and (wrong := names.display_name_problem(fields[name])):
            problems[name] = wrong
    if groups is not None and (missing := users.missing_groups(groups)):
        problems["group"] = _no_such_groups(missing)
    if password is not None:
        context = words_about(user.username, fields.get("email", user.email), user.display_name)
        if weak := rules.problem(password, context):
            problems["password"] = weak
    if problems:
        raise Invalid(**problems)
    now = clock.now()
    hashed = hashing.hash(password) if password is not None else None
    try:
        with transaction(durable=True):
            if first:
                first()
            if fields.get("is_admin") is False:
                authority.give_up(user, now)
            users.update(user, **fields, updated_at=now)
            if fields.get("email", user.email) != user.email:
                leave_old_address(user, fields["email"])
            if hashed is not None:
                password_authenticator.enrol(user, hashed, now)
                grants.revoke_of_user(user, now)
                sign_outs.tell_of_user(user, now)
            changed = sorted(fields) + (["password"] if hashed else [])
            if changed:
                activity.record("user.changed", user=user.username, fields=changed)
            if groups is not None:
                _put_into(user, groups)
    except Conflict:  # somebody else took the address between our look and our write
        raise Invalid(email="Another user has this e-mail address.") from None
    return get(user.username)


def _put_into(user: User, wanted: Sequence[str]) -> None:
    """Let a person be in these groups and no others."""
    for group in users.groups(user):
        if group.name not in wanted and users.remove_from_group(user, group):
            activity.record("group.revoked", user=user.username, group=group.name)
    for group in users.groups_named(wanted):
        if users.add_to_group(user, group):
            activity.record("group.granted", user=user.username, group=group.name)


def strength(password: str, username: str, email: str | None, display_name: str | None) -> Strength:
    """How strong a password would be for this person, by the same words that `add` looks for."""
    return rules.strength(password, words_about(username, email, display_name))


def disable(user: User) -> None:
    """Shut a person out everywhere, at once: sessions end, tokens are worth nothing."""
    now = clock.now()
    with transaction(durable=True):
        authority.give_up(user, now)
        users.update(user, disabled_at=now, updated_at=now)
        sessions.end_of_user(user)
        grants.revoke_of_user(user, now)
        sign_outs.tell_of_user(user, now)
        links.withdraw_every(user, now)
        notices.tell(user, "account_disabled")
        activity.record("user.disabled", user=user.username)


def enable(user: User) -> None:
    """Let a disabled person sign in again."""
    with transaction(durable=True):
        users.update(user, disabled_at=None, updated_at=clock.now())
        notices.tell(user, "account_enabled")
        activity.record("user.enabled", user=user.username)


def delete(user: User) -> None:
    """Remove a person for good; the user name is never given out again."""
    with transaction(durable=True):
        now = clock.now()
        authority.give_up(user, now)
        # Waits for codes that are just being exchanged, so that all who know them are told.
        grants.revoke_of_user(user, now)
        sign_outs.tell_of_user(user, now)
        users.remove(user)
        activity.record("user.deleted", user=user.username)
    pictures.remove(user.picture)


def end_sessions(user: User) -> int:
    """Sign a person out everywhere, with all that was granted; returns how many sessions there were."""
    now = clock.now()
    with transaction(durable=True):
        ended = sessions.end_of_user(user)
        grants.revoke_of_user(user, now)
        sign_outs.tell_of_user(user, now)
        activity.record("sessions.ended", user=user.username, count=ended)
    return ended


def leave_old_address(user: User, new: str | None, **done_by: str | None) -> None:
    """Make links worthless that have been mailed to the person so far, and tell both addresses.

    The old one is what whoever took the account over can't read.
    """
    links.withdraw_every(user, clock.now())
    for address in filter(None, (user.email if user.email_verified else None, new)):
        notices.tell(user, "email_changed", to=address, old=user.email or "–", new=new or "–", **done_by)


def _problems(username: str, email: str | None, display_name: str | None) -> dict[str, str]:
    problems = {}
    if wrong := names.username_problem(username):
        problems["username"] = wrong
    if email is not None and (wrong := names.email_problem(email)):
        problems["email"] = wrong
    if display_name and (wrong := names.display_name_problem(display_name)):
        problems["display_name"] = wrong
    # Only what could be a name is looked up.
    taken = _taken(username if "username" not in problems else None, email if "email" not in problems else None)
    return {**taken, **problems}


def _taken(username: str | None, email: str | None) -> dict[str, str]:
    problems = {}
    if username and users.by_name(username):
        problems["username"] = f"There is a user named {username} already."
    elif username and users.is_retired(username):
        problems["username"] = (
            f"Somebody who is gone was called {username}. Applications would hand their account to the new person, "
            "so choose another name."
        )
    if email and users.by_email(email):
        problems["email"] = "Another user has this e-mail address."
    return problems


def _no_such_groups(missing: list[str]) -> str:
    return f"There is no group named {', '.join(missing)}. Add it first: idp group add {missing[0]}"


def words_about(username: str, email: str | None, display_name: str | None) -> list[str]:
    """The words that a guesser of this person's password would begin with."""
    return [text for text in (username, email, display_name, "foyer", "jellyfin") if text]
