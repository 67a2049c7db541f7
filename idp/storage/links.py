"""One-time links: kept as digests, used by one conditional UPDATE."""

from __future__ import annotations

from idp import opaque
from idp.opaque import Kind
from idp.storage.models import Link, User
from idp.storage.statement import Statement

SETUP = "setup"
SIGN_IN = "sign_in"
SIGN_IN_LIFETIME = 1_800  # seconds; a mail has to come and be found, or somebody be told, and no more
EMAIL = "email"
EMAIL_LIFETIME = 86_400  # seconds; who reads mail once a day is in time
OF_A_PERSON = (SIGN_IN, EMAIL)  # what lies in mailboxes, whoever had it sent
PROBE = "probe"  # the doctor asks the server what it sees of a request

_FIND: Statement[tuple[Link, User | None]] = Statement(
    "SELECT {links}, {users} FROM links LEFT JOIN users ON users.id = links.user_id "
    "WHERE links.digest = ? AND links.purpose = ?",
    Link,
    User,
)
_USE = Statement("UPDATE links SET used_at = ? WHERE digest = ? AND purpose = ? AND used_at IS NULL AND expires_at > ?")


def add(
    purpose: str, lifetime: int, now: int, user: User | None = None, *, email: str | None = None,
    asked_by_anybody: bool = False,
) -> str:  # fmt: skip
    """A new link's handle, good for one use within `lifetime` seconds; `email` is the address it confirms, if it does."""
    handle = opaque.handle(Kind.LINK)
    Link.create(
        digest=opaque.digest(handle), purpose=purpose, user=user, email=email, asked_by_anybody=asked_by_anybody,
        created_at=now, expires_at=now + lifetime,
    )  # fmt: skip
    return handle


def replace(
    purpose: str, lifetime: int, now: int, user: User | None = None, *, email: str | None = None,
    asked_by_anybody: bool = False,
) -> str:  # fmt: skip
    """A new link's handle in place of every unused one of that purpose, or of that purpose and person.

    One that anybody could ask for replaces only its like, or strangers would take away what an administrator gave.
    """
    withdraw(purpose, now, user, of_anybody=asked_by_anybody)
    return add(purpose, lifetime, now, user, email=email, asked_by_anybody=asked_by_anybody)


def find(handle: str, purpose: str) -> tuple[Link, User | None] | None:
    """The link of that handle and whose it is, whatever state they are in."""
    return _FIND.one(opaque.digest(handle), purpose)


def is_good(handle: str, purpose: str, now: int) -> bool:
    """Whether a link could be used now; only `use` decides."""
    found = find(handle, purpose)
    return found is not None and found[0].used_at is None and found[0].expires_at > now


def use(handle: str, purpose: str, now: int) -> bool:
    """Use a link up; True for exactly one caller."""
    return _USE.changed(now, opaque.digest(handle), purpose, now) == 1


def withdraw(purpose: str, now: int, user: User | None = None, *, of_anybody: bool = False) -> None:
    """Make every unused link of a purpose worthless: all, or one person's; `of_anybody` only those that anybody asked for."""
    query = Link.update(used_at=now).where(Link.purpose == purpose, Link.used_at.is_null())
    if of_anybody:
        query = query.where(Link.asked_by_anybody)
    (query.where(Link.user == user) if user else query).execute()


def withdraw_every(user: User, now: int) -> None:
    """Make every unused link of a person worthless: who had them sent, or reads that mailbox, may be somebody else."""
    for purpose in OF_A_PERSON:
        withdraw(purpose, now, user)
