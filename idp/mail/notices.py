"""Telling people by mail what happened to their account, so that nothing happens to it behind their back."""

from __future__ import annotations

from typing import Any

from idp import clock, mail, opaque, throttle
from idp.mail import texts
from idp.storage import mails
from idp.storage.database import transaction
from idp.storage.models import User

LIFETIME = 86_400  # seconds that a mail server may be away
LONGEST_DETAIL = 300  # characters


def tell(
    user: User,
    what: str,
    *,
    to: str | None = None,
    address: str | None = None,
    user_agent: str | None = None,
    **detail: Any,
) -> None:
    """Have a mail about `what`, a name of `texts.NOTICES`, go to a person; call it inside the transaction of the deed.

    Does nothing where mail is switched off, or the person has no verified address. `to` is another address than the
    person's own of now, `address` and `user_agent` are those of the browser that did it, `detail` fills in the words.
    """
    texts.NOTICES[what][1] % {**detail, "method": "", "provider": ""}  # a detail that is missing shows at once
    recipient = to or (user.email if user.email_verified else None)
    if not mail.is_on() or recipient is None:
        return
    now = clock.now()
    given = {**detail, "address": address, "user_agent": user_agent}
    said = {"at": now, **{name: _one_line(value) for name, value in given.items() if value is not None}}
    with transaction():
        # Who knows the password could otherwise bury the one mail that matters under a thousand others.
        counter = throttle.notices(user.username, what)
        if counter.is_open(now):
            counter.fail(now)
            mails.add(what, user, recipient, said, opaque.identifier(), now, LIFETIME)


def _one_line(value: str | int) -> str | int:
    return value if isinstance(value, int) else "".join(filter(str.isprintable, value))[:LONGEST_DETAIL]
