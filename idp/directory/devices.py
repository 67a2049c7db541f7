"""Ending sessions of one's own in other browsers, with all that was granted in them."""

from __future__ import annotations

from idp import activity, clock, sign_outs
from idp.directory.circumstances import Circumstances
from idp.mail import notices
from idp.storage import grants, sessions
from idp.storage.database import transaction
from idp.storage.models import Session, User


def end(user: User, sid: str, where: Circumstances) -> bool:
    """End one session; False when it was over already."""
    now = clock.now()
    with transaction(durable=True):
        ended = sessions.end_by_sid(user, sid)
        if ended:
            # Whoever does this may have lost the device: what was meant to outlive a sign-out ends as well.
            grants.revoke_all_of_session(user, sid, now)
            sign_outs.tell_of_session(user, sid, now)
            notices.tell(user, "device_signed_out", address=where.address, user_agent=where.user_agent)
            activity.record("session.ended", user=user.username, address=where.address)
    return ended


def end_others(user: User, mine: Session, where: Circumstances) -> int:
    """End every session but this one, and take back what was granted in any other; returns how many were ended."""
    now = clock.now()
    with transaction(durable=True):
        ended = sessions.end_of_user(user, besides=mine)
        grants.revoke_of_other_sessions(user, mine.sid, now)
        sign_outs.tell_of_user(user, now, besides=mine.sid)
        notices.tell(user, "signed_out_everywhere", address=where.address, user_agent=where.user_agent)
        activity.record("sessions.ended", user=user.username, address=where.address, count=ended)
    return ended
