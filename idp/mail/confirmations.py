"""Finding out whether an e-mail address is somebody's: a link that only who reads its mail can open."""

from __future__ import annotations

from idp import clock, opaque, throttle
from idp.storage import mails
from idp.storage.database import transaction
from idp.storage.models import User

KIND = "confirm_email"


def ask(user: User, email: str, lifetime: int) -> bool:
    """Have a link go to an address that a person says is theirs; False when they have asked too often.

    It could be a stranger's, who must not get one mail after the other.
    """
    now = clock.now()
    with transaction():
        counter = throttle.confirmations(user.username)
        if not counter.is_open(now):
            return False
        counter.fail(now)
        mails.add(KIND, user, email, {}, opaque.identifier(), now, lifetime)
    return True


def url(handle: str, issuer: str) -> str:
    """Where the link leads."""
    return f"{issuer}/account/email/confirm?link={handle}"
