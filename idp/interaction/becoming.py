"""How a browser becomes somebody's, and nobody's again: one session ends where the next one begins, and what goes along."""

from __future__ import annotations

from typing import Any

from idp import sign_outs, throttle
from idp.assurance import Proof
from idp.errors import Refused
from idp.storage import grants, interactions, sessions
from idp.storage.database import transaction
from idp.storage.models import Session, User

MOST_PROOFS = 20  # that a session remembers; more than anybody needs, so that a script can't make the row grow
ENDED = "session_ended"  # the reason of a refusal after which everything has to be looked at from the start
IN_ANOTHER_WINDOW = "You have signed in or out in another window. Please reload this page."


def become(
    before: Session, user: User, proof: Proof, *, address: str | None, keep: bool = False
) -> tuple[Session, str]:
    """The session, and its handle, of a browser that has just proved to be this person; raises Refused where it has ended.

    The session's handle changes with what it is worth, so that a handle planted before signing in opens nothing (session
    fixation); whatever another person had proved in this browser stays behind. `keep` makes it last on this device.
    """
    if before.user_id is None:
        throttle.has_finished(address)
    same = before.user_id == user.id
    # Who says anew who they are is asked anew for what else they have: a second factor isn't remembered for longer
    # than a device, however often the password is shown again.
    kept = [each for each in before.proofs if not (proof.identifies and each.get("is_rested"))] if same else []
    # What only adds to a sign-in doesn't make it last longer.
    until = before.expires_at if same and not proof.identifies else None
    return _go_on(
        before, user, [*kept[1 - MOST_PROOFS :], proof.to_json()], proof.at, address,
        is_kept=keep or (before.is_kept and until is not None), expires_at=until,
    )  # fmt: skip


def leave(before: Session, now: int, *, address: str | None) -> tuple[Session, str]:
    """The session, and its handle, of a browser that is nobody's again; raises Refused where the one before has ended."""
    return _go_on(before, None, [], now, address)


def is_another(before: Session, user: User | None) -> bool:
    """Whether a session was somebody's, and isn't theirs when this person has it, or nobody."""
    return before.user_id is not None and (user is None or before.user_id != user.id)


def _go_on(
    before: Session, user: User | None, proofs: list[dict[str, Any]], now: int, address: str | None, **lasting: Any
) -> tuple[Session, str]:
    with transaction():
        if not sessions.stands_alone(before):
            raise Refused(ENDED, IN_ANOTHER_WINDOW)
        session, handle = sessions.start(
            now, user=user, proofs=proofs, address=address, user_agent=before.user_agent, **lasting
        )
        if user is not None and before.user_id == user.id:
            sessions.keep_sid(session, before)
        interactions.move(before, session)
        sessions.end(before)
        if before.user is not None and is_another(before, user):
            # This browser is somebody else's now, so the one before could never sign out in it: it ends as a sign-out does.
            grants.revoke_of_session(before.user, before.sid, now)
            sign_outs.tell_of_session(before.user, before.sid, now)
            interactions.forget_answers(session)  # they were somebody else's
    return session, handle
