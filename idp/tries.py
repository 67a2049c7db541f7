"""One try to prove something: its circumstances, and how a second factor's is decided: counted before it teaches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from idp import activity, throttle
from idp.assurance import Proof
from idp.errors import Refused
from idp.storage import credentials, users
from idp.storage.database import transaction
from idp.storage.models import User

TOO_MANY = "There were too many wrong tries. Please wait five minutes, or use another way."
GONE = "Please sign in again."


@dataclass(frozen=True, slots=True)
class Site:
    """This provider, as authenticators know it."""

    name: str
    origin: str  # scheme, host and port of the issuer
    rp_id: str  # the issuer's host (WebAuthn 5.1.2)


@dataclass(frozen=True, slots=True)
class Try:
    """The circumstances of one try to prove something."""

    interaction: str
    now: int
    address: str | None
    attempt: str | None = None
    client: str | None = None
    user: User | None = None  # who has been identified before
    challenge: str = ""  # what a passkey has to sign; `storage.interactions.use_challenge` makes it single use
    site: Site | None = None


def decide(
    attempt: Try,
    authenticator: str,
    look: Callable[[User], Proof | Refused],
    then: Callable[[User, Proof], object] | None = None,
) -> tuple[User, Proof]:
    """The person and the proof, or Refused.

    `look` runs in the transaction that counts the try: it uses the credential up and returns the proof, or says why not.
    `then` is called with both before anybody else can see that the try has counted.
    """
    assert attempt.user is not None
    counters = throttle.second_factor(attempt.user.username, authenticator)
    with transaction(durable=True):
        user = users.held(attempt.user)
        if user is None or user.disabled_at is not None:
            outcome: Proof | Refused = Refused("disabled", GONE)
        elif not counters.are_open(attempt.now):
            outcome = Refused("too_many_tries", TOO_MANY)
        else:
            outcome = look(user)
        if isinstance(outcome, Proof) and user is not None:
            counters.reset()
            if then is not None:
                then(user, outcome)
            return user, outcome
        assert isinstance(outcome, Refused)
        if user is not None:
            counters.fail(attempt.now)
            if outcome.reason != "too_many_tries":
                credentials.failed(user, authenticator, attempt.now)
        _note(attempt, authenticator, outcome)
    raise outcome


def _note(attempt: Try, authenticator: str, refused: Refused) -> None:
    if refused.reason == "too_many_tries" and not throttle.may_be_noted(attempt.address, attempt.now):
        return
    activity.record(
        "second_factor.refused", attempt=attempt.attempt, client=attempt.client, address=attempt.address,
        user=attempt.user.username if attempt.user else None, authenticator=authenticator, reason=refused.reason,
    )  # fmt: skip
