"""The first administrator: a one-time link, printed where only the owner of the machine can read it."""

from __future__ import annotations

from functools import partial

from idp import activity, clock
from idp.directory import users as people
from idp.errors import PageError
from idp.storage import links, users
from idp.storage.database import transaction
from idp.storage.models import User

LINK_LIFETIME = 3_600  # seconds; `idp setup-link` prints a new one any time


def is_needed() -> bool:
    """Whether nobody can administer this provider yet."""
    return not users.administrators()


def is_untouched() -> bool:
    """Whether there is nobody at all yet who could sign in."""
    return not users.anybody()


def new_link() -> str:
    """The handle of a new set-up link; the ones before it are worth nothing any more."""
    now = clock.now()
    with transaction(durable=True):
        handle = links.replace(links.SETUP, LINK_LIFETIME, now)
        activity.record("setup.link_made")
    return handle


def check(handle: str) -> None:
    """Raises PageError unless the link could be used now."""
    if not links.is_good(handle, links.SETUP, clock.now()):
        raise _bad_link()


def create_administrator(handle: str, *, username: str, email: str, display_name: str | None, password: str) -> User:
    """Use the link up and add the administrator, together; raises Invalid, the link still good then, or PageError."""
    check(handle)  # before the work of hashing
    return people.add(
        username, email=email, display_name=display_name, is_admin=True, password=password, first=partial(_use, handle)
    )


def restore_administrator(handle: str, user: User, password: str) -> User:
    """Use the link up and make somebody who is there an administrator with this password; raises like the other."""
    check(handle)
    return people.change(user, first=partial(_use, handle), password=password, is_admin=True, disabled_at=None)


def _use(handle: str) -> None:
    if not links.use(handle, links.SETUP, clock.now()):
        raise _bad_link()


def _bad_link() -> PageError:
    return PageError(
        "This link can’t be used any more",
        "A set-up link works once, for one hour, and a newer link replaces it.",
        status=410,
        advice=[
            "Have you created the administrator already? Then go to your account page and sign in.",
            "Otherwise print a new link on the machine that runs this provider: idp setup-link",
        ],
        reason="bad_setup_link",
    )
