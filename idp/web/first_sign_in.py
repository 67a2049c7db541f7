"""Signing somebody in who has just chosen their password, which proves that they know it."""

from __future__ import annotations

from flask import request

from idp import activity, clock, sign_outs
from idp.assurance import Factor, Proof
from idp.authenticators import password
from idp.storage import sessions
from idp.storage.database import transaction
from idp.storage.models import User
from idp.web import browser, known_browser


def sign_in(user: User, by: str) -> None:
    """Let this browser go on as them; `by` is the kind of link that let them choose it, for the activity log."""
    now = clock.now()
    proof = Proof(password.NAME, frozenset({Factor.KNOWLEDGE}), ("pwd",), now, by)
    mine = browser.current()
    with transaction():
        before = mine.row
        mine.adopt(*sessions.start(
            now, user=user, proofs=[proof.to_json()], address=request.remote_addr,
            user_agent=before.user_agent if before else None,
        ))  # fmt: skip
        if before is not None:
            sessions.end(before)
            if before.user is not None:
                sign_outs.tell_of_session(before.user, before.sid, now)
        activity.record("sign_in", user=user.username, address=request.remote_addr, authenticator=by)
        known_browser.greet(user, quietly=True)
