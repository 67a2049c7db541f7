"""A person's own change of their e-mail address; what an administrator enters is in `users`."""

from __future__ import annotations

from idp import activity, clock
from idp.directory import names
from idp.directory import users as people
from idp.directory.circumstances import Circumstances
from idp.errors import Invalid
from idp.storage import users
from idp.storage.database import Conflict, transaction
from idp.storage.models import User

TAKEN = "Another user has this e-mail address."


def change(user: User, email: str, where: Circumstances) -> User:
    """Give a person another address, which counts as unverified unless they are an administrator; raises Invalid."""
    email = checked(user, email)
    if email == user.email:
        return user
    try:
        with transaction(durable=True):
            users.update(user, email=email, email_verified=user.is_admin, updated_at=clock.now())
            people.tell_of_new_address(user, email, address=where.address, user_agent=where.user_agent)
            activity.record("email.changed", user=user.username, address=where.address)
    except Conflict:  # somebody else took it between our look and our write
        raise Invalid(email=TAKEN) from None
    return people.get(user.username)


def checked(user: User, email: str) -> str:
    """The address as it is kept, if this person may have it; raises Invalid."""
    email = email.strip().lower()
    if wrong := names.email_problem(email):
        raise Invalid(email=wrong)
    if (other := users.by_email(email)) and other.id != user.id:
        raise Invalid(email=TAKEN)
    return email
