"""A person's picture: chosen, and taken away again; what is sent is drawn anew by `redrawing`."""

from __future__ import annotations

from idp import activity, clock
from idp.directory import redrawing
from idp.directory.circumstances import Circumstances
from idp.directory.redrawing import MOST_BYTES, SIDE, TOO_BIG
from idp.mail import notices
from idp.storage import pictures, users
from idp.storage.database import transaction
from idp.storage.models import User

__all__ = ["MOST_BYTES", "SIDE", "TOO_BIG", "change", "remove"]


def change(user: User, sent: bytes, where: Circumstances) -> None:
    """Give a person the picture in a file they sent; raises Invalid with the reason why it can't be taken."""
    made = redrawing.square(sent, "picture")
    _replace(user, pictures.keep(*made), "picture.changed", where)


def remove(user: User, where: Circumstances) -> None:
    """Leave a person without a picture."""
    _replace(user, None, "picture.removed", where)


def _replace(user: User, name: str | None, event: str, where: Circumstances) -> None:
    with transaction(durable=True):
        now = users.alone(user)
        if now is not None:
            users.update(user, picture=name, updated_at=clock.now())
            notices.tell(user, "profile_changed", address=where.address, user_agent=where.user_agent)
            activity.record(event, user=user.username, address=where.address)
    pictures.remove(now.picture if now is not None else name)
