"""Letting people in again who have forgotten their password or lost what they prove themselves with."""

from __future__ import annotations

from idp import activity, clock, sign_outs
from idp.errors import Invalid
from idp.mail import notices
from idp.storage import credentials, grants, links, sessions, users
from idp.storage.database import transaction
from idp.storage.models import User

LINK_LIFETIME = links.SIGN_IN_LIFETIME


def new_link(user: User) -> str:
    """The handle of a new sign-in link for a person, in place of any before; raises Invalid when they are disabled."""
    if user.disabled_at is not None:
        raise Invalid(
            user=f"{user.username} is disabled, so no link would let them in. First: idp user enable {user.username}"
        )
    with transaction(durable=True):
        handle = links.replace(links.SIGN_IN, LINK_LIFETIME, clock.now(), user)
        activity.record("sign_in_link.made", user=user.username)
        notices.tell(user, "link_made")
    return handle


def reset_factors(user: User) -> int:
    """Remove every second factor of a person and sign them out everywhere; returns how many there were.

    The password stays. Whoever has what was lost has nothing any more: sessions and tokens that it opened end too.
    """
    now = clock.now()
    with transaction(durable=True):
        users.alone(user)
        removed = credentials.remove_every_second(user)
        sessions.end_of_user(user)
        grants.revoke_of_user(user, now)
        sign_outs.tell_of_user(user, now)
        activity.record("user.factors_reset", user=user.username, removed=removed)
        notices.tell(user, "factors_reset")
    return removed
