"""A person's own change of their e-mail address; what an administrator enters is in `users`."""

from __future__ import annotations

from collections.abc import Callable

from idp import activity, clock, mail
from idp.directory import names
from idp.directory import users as people
from idp.directory.circumstances import Circumstances
from idp.errors import Invalid, PageError
from idp.mail import confirmations
from idp.storage import links, users
from idp.storage.database import Conflict, transaction
from idp.storage.models import User

TAKEN = "Another user has this e-mail address."


def is_confirmed_by_mail(user: User) -> bool:
    """Whether a new address of this person's waits until they have opened a link that is mailed there."""
    return mail.is_on() and not user.is_admin


def ask(user: User, email: str) -> None:
    """Have a link go to the address that a person wants; until they open it they keep the one they have. Raises Invalid."""
    email = checked(user, email)
    if email == user.email and user.email_verified:
        raise Invalid(email="This is your address already.")
    if not confirmations.ask(user, email, links.EMAIL_LIFETIME):
        raise Invalid(email="You have asked for too many links. Please wait an hour.")


def change(user: User, email: str, where: Circumstances) -> User:
    """Give a person another address, which counts as unverified unless they are an administrator; raises Invalid."""
    email = checked(user, email)
    return user if email == user.email else _replace(user, email, where, is_verified=user.is_admin)


def confirm(user: User, handle: str, where: Circumstances) -> User:
    """Give a person the address that their link was mailed to, which is theirs now; raises Invalid or PageError."""
    email = waiting(user, handle)

    def use_link() -> None:
        if not links.use(handle, links.EMAIL, clock.now()):
            raise _bad_link()

    return _replace(user, checked(user, email), where, is_verified=True, first=use_link)


def waiting(user: User, handle: str) -> str:
    """The address that a person's link confirms; raises PageError when it can't be used."""
    found = links.find(handle, links.EMAIL)
    if (
        found is None
        or found[0].user_id != user.id
        or not found[0].email
        or not links.is_good(handle, links.EMAIL, clock.now())
    ):
        raise _bad_link()
    return str(found[0].email)


def _replace(
    user: User, email: str, where: Circumstances, *, is_verified: bool, first: Callable[[], None] | None = None
) -> User:
    try:
        with transaction(durable=True):
            if first:
                first()
            users.update(user, email=email, email_verified=is_verified, updated_at=clock.now())
            if email != user.email:
                people.leave_old_address(user, email, address=where.address, user_agent=where.user_agent)
            activity.record("email.changed", user=user.username, address=where.address)
    except Conflict:  # somebody else took it between our look and our write
        raise Invalid(email=TAKEN) from None
    return people.get(user.username)


def _bad_link() -> PageError:
    return PageError(
        "This link can’t be used any more",
        "It works once, for a day, for the person who asked for it, and a newer link replaces it.",
        status=410, advice=["Ask for a new link on your account page, under e-mail address."], reason="bad_email_link",
    )  # fmt: skip


def checked(user: User, email: str) -> str:
    """The address as it is kept, if this person may have it; raises Invalid."""
    email = email.strip().lower()
    if wrong := names.email_problem(email):
        raise Invalid(email=wrong)
    if (other := users.by_email(email)) and other.id != user.id:
        raise Invalid(email=TAKEN)
    return email
