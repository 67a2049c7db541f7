"""Forgotten passwords: what was asked for, and the link that is made for it when its mail goes out.

Asking does the same for every name that is typed. Whether there is an account is looked up later, by the process that
delivers, so neither the answer nor the time it takes tells anybody who has one.
"""

from __future__ import annotations

import re

from idp import activity, clock, mail, opaque, throttle
from idp.storage import mails, users
from idp.storage.database import transaction
from idp.storage.models import User

KIND = "sign_in_link"
LIFETIME = 1_800  # seconds after which a link that couldn't be sent isn't waited for any more
_LIKE_A_NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}|[^@\s]{1,64}@[a-z0-9.-]{1,190}")


def ask(typed: str, address: str | None) -> bool:
    """Note that somebody who types this name or e-mail address wants a sign-in link; False when they ask too often."""
    now, name = clock.now(), typed.strip().lower()
    with transaction():
        for counter in (throttle.link_requests(address), throttle.link_requests_of_everybody()):
            if not counter.is_open(now):
                return False
            counter.fail(now)
        # People type their password into the wrong field: only what could be a name is written down.
        if mail.is_on() and _LIKE_A_NAME.fullmatch(name):
            mails.add(KIND, None, None, {"typed": name, "address": address}, opaque.identifier(), now, LIFETIME)
    return True


def wanted_by(typed: str, address: str | None, *, is_first_try: bool = True) -> User | None:
    """Who gets a link for what was typed, if anybody; the caller opens a transaction."""
    now = clock.now()
    user = users.by_email(typed) if "@" in typed else users.by_name(typed)
    counter = throttle.links_mailed(user.username if user else typed)
    if user is None:
        reason = "unknown_user"
    elif user.disabled_at is not None:
        reason = "disabled"
    elif not (user.email and user.email_verified):
        reason = "no_verified_email"
    elif is_first_try and not counter.is_open(now):
        reason = "too_many_requests"
    else:
        if is_first_try:
            counter.fail(now)
        return user
    if throttle.may_be_noted(address, now):
        shown = user.username if user else typed
        activity.record("sign_in_link.not_sent", user=shown, address=address, reason=reason)
    return None


def url(handle: str, issuer: str) -> str:
    """Where a link leads."""
    return f"{issuer}/sign-in?link={handle}"
