"""Telling people of a sign-in with a browser that hasn't been used for their account before."""

from __future__ import annotations

from flask import request

from idp import clock, mail
from idp.mail import notices
from idp.storage import devices
from idp.storage.database import transaction
from idp.storage.models import User
from idp.web import browser


def greet(user: User, *, quietly: bool = False) -> None:
    """Note that a person has signed in with this browser, and tell them by mail when it is the first time.

    Quietly where they are told of this very sign-in anyway. Where mail is off nothing is looked up, written or set.
    """
    if not mail.is_on():
        return
    mine = browser.current()
    with transaction():
        if devices.is_new(user, mine.device(), clock.now()) and not quietly:
            notices.tell(user, "new_device", address=request.remote_addr, user_agent=mine.user_agent)
