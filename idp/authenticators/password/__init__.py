"""Signing in with a user name and a password.

An unknown name, a wrong password, a disabled account and too many tries are the same to whoever tries: the same work, the
same sentence. Which one it was stands in the activity log.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from idp import activity, throttle
from idp.assurance import Factor, Proof
from idp.authenticators.password import hashing
from idp.errors import Refused
from idp.mail import notices
from idp.storage import credentials, links, sessions, users
from idp.storage.database import transaction
from idp.storage.models import Credential, Session, User
from idp.storage.remembered import Remembered
from idp.tries import Try

NAME = "password"
FIRST, SECOND, ENROLS = True, False, False
_LIKE_A_NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}|[^@\s]{1,64}@[a-z0-9.-]{1,190}")
LONGEST_NAME = 254  # characters; the longest e-mail address
REFUSAL = "That didn’t work. Check user name and password; after ten wrong tries, wait five minutes before the next."


def _read_kinds(_before: frozenset[str] | None) -> frozenset[str]:
    ours = hashing.kind(None)
    return frozenset({ours, *(hashing.kind(each.data["hash"]) for each in credentials.passwords_unlike(ours))})


_kinds = Remembered(_read_kinds)  # of all hashes there are; looked for only when somebody is refused


def answers(form: Mapping[str, str]) -> bool:
    """Whether a form was sent by the password page."""
    return "password" in form


def prove(
    form: Mapping[str, str], trying: Try, then: Callable[[User, Proof], object] | None = None
) -> tuple[User, Proof]:
    """The person with that name and password, and the proof of it; raises Refused.

    `then` is called with both in the same transaction, before anybody else can see that the try has counted.
    """
    username = "".join(filter(str.isprintable, form.get("username", "").strip().lower()))[:LONGEST_NAME]
    address = throttle.address(trying.address)
    if not address.is_open(trying.now):
        # Said before any work, which says nothing about accounts; a hash a try would be a way to keep others waiting.
        with transaction():
            too_many = _fail(username, None, "too_many_tries", trying, address)
        raise Refused(too_many, REFUSAL)
    user = _find(username)
    credential = _credential(user)
    # The hash is compared outside any transaction: it takes longer than everything else together.
    right = hashing.verify(credential.data["hash"] if credential else None, form["password"])
    made = proof(trying)
    with transaction():
        # While the hash was compared, the person may have been disabled, or the password changed because somebody knew it.
        user = users.held(user) if user else None
        right = right and user is not None and credential is not None and credentials.used(credential, trying.now)
        reason = _count(username, user, right, trying)
        if reason is None and user is not None and then is not None:
            then(user, made)
    if reason or user is None or credential is None:
        # The hash of somebody who came from another provider takes longer, and would tell that they are here.
        hashing.pretend(_kinds.value() - {hashing.kind(credential.data["hash"] if credential else None)})
        raise Refused(reason or "unknown_user", REFUSAL)
    if hashing.is_dated(credential.data["hash"]):
        hashed = hashing.hash(form["password"])
        with transaction(durable=True):
            credentials.replace_data(credential, {"hash": hashed})
    return user, made


def proof(trying: Try) -> Proof:
    """The proof that a password makes."""
    return Proof(NAME, frozenset({Factor.KNOWLEDGE}), ("pwd",), trying.now, trying.interaction)


def enrol(
    user: User,
    hashed: str,
    now: int,
    *,
    besides: Session | None = None,
    address: str | None = None,
    user_agent: str | None = None,
) -> None:
    """Give a person a password in place of the one they had; the caller opens a durable transaction.

    Sessions that the old password opened are ended `besides` one, links in mails are worth nothing any more, and the
    person is told by mail from where it was done. `hashed` comes from `hashing.hash`, called before the transaction;
    whether the password is good enough, `rules` has said before that.
    """
    if credentials.of(user, NAME) or credentials.has_second(user):  # otherwise it is their first way in
        notices.tell(user, "password_changed", address=address, user_agent=user_agent)
    credentials.remove_all(user, NAME)
    credentials.add(user, NAME, {"hash": hashed}, now)
    sessions.end_of_user(user, besides=besides)
    links.withdraw_every(user, now)


def _find(username: str) -> User | None:
    return users.by_email(username) if "@" in username else users.by_name(username)


def _credential(user: User | None) -> Credential | None:
    enrolled = credentials.of(user, NAME) if user else []
    return enrolled[0] if enrolled else None


def _count(username: str, user: User | None, right: bool, trying: Try) -> str | None:
    """Decide a try, and count it if it failed; returns why it is refused. The caller opens the transaction."""
    # Name and e-mail address of one person share a counter, or there would be twice the guesses.
    account = throttle.account(user.username if user else username)
    address, everybody = throttle.address(trying.address), throttle.everybody()
    if not address.is_open(trying.now):  # counted against nobody else, or one address could shut everybody out
        return _fail(username, user, "too_many_tries", trying, address)
    if not (account.is_open(trying.now) and everybody.is_open(trying.now)):
        reason = "too_many_tries"
    elif user is None:
        reason = "unknown_user"
    elif not right:
        reason = "wrong_password"
    elif user.disabled_at is not None:
        reason = "disabled"
    else:
        account.reset()
        return None
    return _fail(username, user, reason, trying, account, address, everybody)


def _fail(username: str, user: User | None, reason: str, trying: Try, *counters: throttle.Counter) -> str:
    for counter in counters:
        counter.fail(trying.now)
    if reason == "too_many_tries" and not throttle.may_be_noted(trying.address, trying.now):
        return reason
    # People type their password into the wrong field; only what could be a name is written down.
    typed = username if _LIKE_A_NAME.fullmatch(username) else None
    activity.record(
        "sign_in.refused",
        attempt=trying.attempt,
        user=user.username if user else typed,
        client=trying.client,
        address=trying.address,
        authenticator=NAME,
        reason=reason,
    )
    return reason
