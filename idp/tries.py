"""One try to prove something: its circumstances, and how a second factor's is decided: counted before it teaches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from idp import activity, throttle
from idp.assurance import Factor, Proof
from idp.errors import Refused
from idp.mail import notices
from idp.storage import credentials, users
from idp.storage.database import transaction
from idp.storage.models import User

TOO_MANY = {
    300: "There were too many wrong tries. Please wait five minutes.",
    3_600: "There were too many wrong tries. Please wait an hour.",
    86_400: "There were too many wrong tries today. Please wait until tomorrow.",
}
OR_ANOTHER_WAY = {
    300: "There were too many wrong tries. Please wait five minutes, or use another way.",
    3_600: "There were too many wrong tries. Please wait an hour, or use another way.",
    86_400: "There were too many wrong tries today. Please wait until tomorrow, or use another way.",
}
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
    user: User | None = None  # who has been identified before; None while it is being found out who it is
    proved: frozenset[Factor] = frozenset()  # what they have shown already
    challenge: str = ""  # what a passkey has to sign; `storage.interactions.use_challenge` makes it single use
    site: Site | None = None
    user_agent: str | None = None


def decide(
    trying: Try,
    authenticator: str,
    look: Callable[[User], Proof | Refused],
    then: Callable[[User, Proof], object] | None = None,
    *,
    enrols: bool = False,
) -> tuple[User, Proof]:
    """The person and the proof, or Refused.

    `look` runs in the transaction that counts the try: it uses the credential up and returns the proof, or says why not.
    `then` is called with both before anybody else can see that the try has counted. A try that `enrols` something has
    counters of its own, and what is enrolled already takes no harm from it.
    """
    assert trying.user is not None
    counters = throttle.second_factor(trying.user.username, f"{authenticator}:new" if enrols else authenticator)
    with transaction(durable=True):
        user = users.alone(trying.user)  # tries of one person one after the other, or fifty at once would be looked at
        if user is None or user.disabled_at is not None:
            refused = Refused("disabled", GONE)
        elif closed := counters.closed(trying.now):
            # Neither looked at nor counted: it teaches nothing, and whoever tries too soon doesn't have to wait longer.
            sentences = OR_ANOTHER_WAY if enrols or _has_another(user, authenticator) else TOO_MANY
            refused = Refused("too_many_tries", sentences[closed.window])
        else:
            outcome = look(user)
            if isinstance(outcome, Proof):
                _succeed(user, authenticator, counters)
                if then is not None:
                    then(user, outcome)
                return user, outcome
            refused = outcome
            _fail(user, authenticator, counters, trying, enrols)
        _note(trying, authenticator, refused, enrols)
    raise refused


def _has_another(user: User, authenticator: str) -> bool:
    """Whether the person has enrolled another kind, besides the password, that hasn't been disabled."""
    enrolled = credentials.every_second(user)
    return any(each.authenticator != authenticator and each.disabled_at is None for each in enrolled)


def _succeed(user: User, authenticator: str, counters: throttle.Counters) -> None:
    counters.reset()
    credentials.worked(user, authenticator)


def _fail(user: User, authenticator: str, counters: throttle.Counters, trying: Try, enrols: bool) -> None:
    counters.fail(trying.now)
    if enrols:
        return
    if credentials.failed(user, authenticator, trying.now) and not credentials.usable(user, authenticator):
        activity.record(
            "authenticator.disabled", attempt=trying.attempt, client=trying.client, address=trying.address,
            user=user.username, authenticator=authenticator,
        )  # fmt: skip
        notices.tell(
            user, "authenticator_disabled", address=trying.address, user_agent=trying.user_agent, kind=authenticator
        )  # fmt: skip


def _note(trying: Try, authenticator: str, refused: Refused, enrols: bool) -> None:
    if refused.reason == "too_many_tries" and not throttle.may_be_noted(trying.address, trying.now):
        return
    activity.record(
        "authenticator.refused" if enrols else "second_factor.refused", attempt=trying.attempt, client=trying.client,
        address=trying.address, user=trying.user.username if trying.user else None, authenticator=authenticator,
        reason=refused.reason,
    )  # fmt: skip
