"""Signing out, for the applications too (OIDC Back-Channel Logout 1.0, Front-Channel Logout 1.0).

    end_session      a person signs out of this browser: its applications are told, and what came of it is returned
    deliveries       telling them, now and again later
    token            what they are told

Sessions that end otherwise call `sign_outs`, and the process that keeps house delivers.
"""

from __future__ import annotations

from dataclasses import dataclass

from idp import activity, clock, sign_outs
from idp.oidc import outgoing
from idp.oidc.keys import KeySet
from idp.oidc.logout import deliveries
from idp.storage import grants, logouts, sessions
from idp.storage.database import transaction
from idp.storage.models import Client, LogoutDelivery, Session, User

WITHIN = 3.0  # seconds that a person waits for their applications at most

SIGNED_OUT, TOLD_AGAIN, GIVEN_UP, BY_ITSELF = "signed_out", "told_again", "given_up", "by_itself"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What has become of one application's session."""

    client: Client
    outcome: str  # one of the words above; `by_itself`: it can't be told, at least not from here
    problem: str | None = None  # a sentence for the administrator


def end_session(
    user: User,
    session: Session,
    *,
    issuer: str,
    keys: KeySet,
    address: str | None,
    by: Client | None = None,
    within: float = WITHIN,
) -> list[Receipt]:
    """End a browser's session and all that was granted in it, and tell its applications, `within` so many seconds.

    `by` is the application that asks for it. Returns a receipt for each application that the person used in it, by name; none
    for who comes second. Not inside a transaction; the caller takes the cookie back.
    """
    now = clock.now()
    with transaction(durable=True):
        # In this order: the first two wait for codes that are just being made or exchanged, and what follows finds them.
        # By `sid`, another tab may be renewing the session; twice, as the first, in PostgreSQL, waits for that and misses it.
        if not (sessions.end_by_sid(user, session.sid) or sessions.end_by_sid(user, session.sid)):
            return []
        grants.revoke_of_session(user, session.sid, now)
        used = grants.clients_of_session(user, session.sid)
        sign_out = sign_outs.tell_of_session(user, session.sid, now, deliver_here=True)
        activity.record("signed_out", user=user.username, client=by.client_id if by else None, address=address)
    told = {client.id: delivery for delivery, client in deliveries.deliver_of(sign_out, issuer, keys, within)}
    return [_receipt(client, told.get(client.id)) for client in used]


def obstacle(client: Client) -> str | None:
    """Why an application can't be told of sign-outs, as far as its address shows; None where nothing is against it."""
    return obstacle_at(client.backchannel_logout_uri)


def obstacle_at(uri: str | None) -> str | None:
    """The same for an address that no application has yet."""
    return outgoing.problem_of(uri, outgoing.reach()) if uri else None


def receipts(sign_out: str) -> list[Receipt]:
    """What has become by now of everybody who was told about one deed."""
    return [_receipt(client, delivery) for delivery, client in logouts.of_sign_out(sign_out)]


def _receipt(client: Client, delivery: LogoutDelivery | None) -> Receipt:
    if delivery is None:
        return Receipt(client, BY_ITSELF)
    if delivery.delivered_at is not None:
        return Receipt(client, SIGNED_OUT)
    return Receipt(client, GIVEN_UP if delivery.due_at is None else TOLD_AGAIN, delivery.problem)
