"""One-time sign-in links: what stands in for a password that somebody has forgotten.

A link is a secret that its owner was told, so it counts as knowing a password and never as a second factor: who has one of
those is asked for it all the same. RFC 8176 has no better word for it than `pwd`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from idp import activity, throttle
from idp.assurance import Factor, Proof
from idp.errors import Refused
from idp.mail import notices
from idp.storage import links, users
from idp.storage.database import transaction
from idp.storage.models import User
from idp.tries import Try

NAME = "sign_in_link"
FIRST, SECOND, ENROLS = True, False, False
LIFETIME = links.SIGN_IN_LIFETIME
REFUSAL = "This sign-in link can’t be used any more."


def answers(form: Mapping[str, str]) -> bool:
    """Whether a form was sent by the page that a link opens."""
    return "link" in form


def offers(trying: Try) -> None:
    """Nothing: nobody can ask for a link in the middle of signing in, it opens a page of its own."""


def owner(handle: str, now: int) -> User:
    """The person whom a link would sign in now; raises Refused, and uses nothing up."""
    link, user = links.find(handle, links.SIGN_IN) or (None, None)
    if link is None or user is None:
        raise Refused("unknown_link", REFUSAL)
    if link.used_at is not None:  # or withdrawn: by a newer one, or by a new password
        raise Refused("used_link", REFUSAL)
    if link.expires_at <= now:
        raise Refused("expired_link", REFUSAL)
    if user.disabled_at is not None:
        raise Refused("disabled", REFUSAL)
    return user


def prove(
    form: Mapping[str, str], trying: Try, then: Callable[[User, Proof], object] | None = None
) -> tuple[User, Proof]:
    """The person and the proof of a link, which is worth nothing from now on; raises Refused.

    There is nothing to guess, so failures aren't counted.
    """
    handle = form.get("link", "")
    with transaction(durable=True):
        outcome = _use(handle, trying)
        if isinstance(outcome, User):
            proof = Proof(NAME, frozenset({Factor.KNOWLEDGE}), ("pwd",), trying.now, trying.interaction)
            notices.tell(outcome, "link_used", address=trying.address, user_agent=trying.user_agent)
            if then is not None:
                then(outcome, proof)
            return outcome, proof
        _note(trying, outcome.reason)
    raise outcome


def _use(handle: str, trying: Try) -> User | Refused:
    """Use a link up for its owner, or say why not."""
    try:
        user = users.held(owner(handle, trying.now))
    except Refused as refused:
        return refused
    if user is None or user.disabled_at is not None:
        return Refused("disabled", REFUSAL)
    return user if links.use(handle, links.SIGN_IN, trying.now) else Refused("used_link", REFUSAL)


def _note(trying: Try, reason: str) -> None:
    if throttle.may_be_noted(trying.address, trying.now):
        activity.record(
            "sign_in.refused", attempt=trying.attempt, client=trying.client, address=trying.address,
            authenticator=NAME, reason=reason,
        )  # fmt: skip
