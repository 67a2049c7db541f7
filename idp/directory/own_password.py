"""A person's own change of their password; the session they do it in goes on, and nothing else does."""

from __future__ import annotations

from idp import activity, clock, sign_outs
from idp.authenticators import password as password_authenticator
from idp.authenticators.password import hashing, rules
from idp.authenticators.password.rules import Strength
from idp.directory.circumstances import Circumstances
from idp.directory.users import words_about
from idp.errors import Invalid, PageError
from idp.storage import credentials, grants, sessions, users
from idp.storage.database import transaction
from idp.storage.models import Session, User


def strength(user: User, password: str) -> Strength:
    """How strong a password would be for this person."""
    return rules.strength(password, words_about(user.username, user.email, user.display_name))


def since(user: User) -> int | None:
    """When a person chose the password that they have; None when they have none, as with a passkey nobody needs one."""
    found = credentials.of(user, password_authenticator.NAME)
    return found[0].created_at if found else None


def change(user: User, session: Session, password: str, where: Circumstances) -> tuple[Session, str]:
    """Set a password, end every other session and all that applications were granted.

    Returns the session to go on with and its handle, as the old one's cookie is worth nothing any more. Raises Invalid when
    the password isn't good enough, PageError when the session has been ended meanwhile.
    """
    if weak := rules.problem(password, words_about(user.username, user.email, user.display_name)):
        raise Invalid(password=weak)
    hashed, now = hashing.hash(password), clock.now()
    with transaction(durable=True):
        # Two browsers may do this at once, and one of them be a thief's: whoever is second has been signed out.
        users.alone(user)
        if not sessions.stands(session):
            raise PageError(
                "You have been signed out",
                "Your password was changed in another browser meanwhile, or this session was ended there. Nothing was "
                "changed here.",
                advice=["Sign in again."], status=403, reason="session_ended",
            )  # fmt: skip
        password_authenticator.enrol(
            user, hashed, now, besides=session, address=where.address, user_agent=where.user_agent
        )
        grants.revoke_of_user(user, now)
        sign_outs.tell_of_user(user, now, besides=session.sid)
        renewed = sessions.renew(session, now)
        activity.record("password.changed", user=user.username, address=where.address)
    return renewed
