"""Signing somebody in who has just chosen their password, which proves that they know it."""

from __future__ import annotations

from flask import request

from idp import activity, clock
from idp.authenticators import password
from idp.interaction import becoming
from idp.storage import sessions
from idp.storage.database import transaction
from idp.storage.models import User
from idp.tries import Try
from idp.web import browser, known_browser


def sign_in(user: User, by: str) -> None:
    """Let this browser go on as them; `by` is the kind of link that let them choose it, for the activity log."""
    now, address, mine = clock.now(), request.remote_addr, browser.current()
    with transaction():
        before = mine.row
        if before is None or not sessions.stands_alone(before):  # a new password ends every session of its person
            before, _ = sessions.start(now, address=address, user_agent=mine.user_agent)
        mine.adopt(*becoming.become(before, user, password.proof(Try(by, now, address)), address=address))
        activity.record("sign_in", user=user.username, address=address, authenticator=by)
        known_browser.greet(user, quietly=True)
