"""Delivering logout tokens: claimed by one process, tried again with growing pauses, given up after a day.

Who is killed between telling an application and writing that down leaves a claim that ends by itself, and the application is
told once more; none is forgotten.
"""

from __future__ import annotations

import logging

from idp import activity, clock, foreign_json
from idp.errors import OutgoingError
from idp.oidc import outgoing
from idp.oidc.keys import KeySet
from idp.oidc.logout.token import logout_token
from idp.oidc.outgoing import Answer
from idp.storage import logouts
from idp.storage.database import transaction
from idp.storage.models import Client, LogoutDelivery

log = logging.getLogger(__name__)

BATCH = 16
WITHIN = 5.0  # seconds for a batch; who doesn't answer then is asked again
PAUSES = (10, 60, 300, 900, 3_600)  # seconds before the next try; the last one again and again
UNTIL = 86_400  # seconds that an application may be away
REFUSALS = 3  # answers that say no, after which no better one is expected
_OK = frozenset({200, 204})  # OIDC Back-Channel Logout 2.8; 204 comes from frameworks
_TRY_AGAIN = frozenset({408, 425, 429})

Delivery = tuple[LogoutDelivery, Client]


def deliver_due(issuer: str, keys: KeySet) -> int:
    """Deliver what is due; returns how many applications know now."""
    return _deliver(logouts.due(clock.now(), BATCH), issuer, keys, WITHIN)


def deliver_of(sign_out: str, issuer: str, keys: KeySet, within: float) -> list[Delivery]:
    """Deliver what one deed has to tell, all at the same time; returns what has become of it so far."""
    found = logouts.of_sign_out(sign_out)
    _deliver([each for each in found if each[0].due_at is not None], issuer, keys, within)
    return found


def _deliver(waiting: list[Delivery], issuer: str, keys: KeySet, within: float) -> int:
    now, claimed = clock.now(), []
    for delivery, client in waiting:
        with transaction():
            if logouts.claim(delivery, now):
                claimed.append((delivery, client))
    if not claimed:
        return 0
    forms = [
        (client.backchannel_logout_uri or "", {"logout_token": logout_token(
            delivery, client, issuer=issuer, keys=keys, now=clock.now())})
        for delivery, client in claimed
    ]  # fmt: skip
    answers = outgoing.post_forms(forms, within=within)
    return sum(_settle(*each, answer) for each, answer in zip(claimed, answers, strict=True))


def _settle(delivery: LogoutDelivery, client: Client, answer: Answer | OutgoingError) -> bool:
    now = clock.now()
    if isinstance(answer, Answer) and answer.status in _OK:
        with transaction():
            logouts.delivered(delivery, now)
            activity.record("logout.told", user=delivery.username, client=client.client_id, tries=delivery.tries)
        return True
    problem = str(answer) if isinstance(answer, OutgoingError) else _refusal(answer)
    refused = isinstance(answer, Answer) and 400 <= answer.status < 500 and answer.status not in _TRY_AGAIN
    again_at = now + PAUSES[min(delivery.tries, len(PAUSES)) - 1]
    gives_up = again_at >= delivery.created_at + UNTIL or (refused and delivery.tries >= REFUSALS)
    with transaction():
        logouts.failed(delivery, problem, None if gives_up else again_at)
        if isinstance(answer, OutgoingError):
            logouts.postpone_others(client, now, again_at)
        if gives_up or delivery.tries == 1:  # what comes in between tells nothing new
            activity.record(
                "logout.given_up" if gives_up else "logout.delayed", user=delivery.username, client=client.client_id,
                tries=delivery.tries, reason=problem,
            )  # fmt: skip
            log.warning("telling %s that somebody has signed out: %s", client.name, problem)
    return False


def _refusal(answer: Answer) -> str:
    said = ""
    try:
        told = foreign_json.read_object(answer.body)
        said = " ".join(str(told[name]) for name in ("error", "error_description") if told.get(name))[:300]
    except ValueError:
        pass
    return f"The application answers with status {answer.status} instead of 200." + (
        f" It says: {said}" if said else ""
    )
