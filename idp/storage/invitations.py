"""Invitations, as rows: kept as digests, each use one conditional UPDATE."""

from __future__ import annotations

from collections.abc import Sequence

from idp import opaque
from idp.storage.models import Client, Invitation
from idp.storage.pages import Page, page_of
from idp.storage.statement import Statement

HANDLE = "in"

_FIND: Statement[tuple[Invitation, Client | None]] = Statement(
    "SELECT {invitations}, {clients} FROM invitations LEFT JOIN clients ON clients.id = invitations.client_id "
    "WHERE invitations.digest = ?",
    Invitation,
    Client,
)
_USE = Statement(
    "UPDATE invitations SET used = used + 1 WHERE digest = ? AND used < uses AND expires_at > ? AND withdrawn_at IS NULL"
)
_OPEN_OF = Statement(
    "SELECT {invitations} FROM invitations WHERE made_by = ? AND withdrawn_at IS NULL AND used < uses AND expires_at > ?",
    Invitation,
)
_WITHDRAW = Statement("UPDATE invitations SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL")


def add(
    groups: Sequence[str], client: Client | None, *, uses: int, lifetime: int, made_by: str, now: int
) -> tuple[Invitation, str]:
    """A new invitation and its handle; the caller opens a durable transaction."""
    handle = opaque.handle(HANDLE)
    row = Invitation.create(
        digest=opaque.digest(handle), groups=list(groups), client=client, uses=uses, made_by=made_by, created_at=now,
        expires_at=now + lifetime,
    )  # fmt: skip
    return row, handle


def find(handle: str) -> tuple[Invitation, Client | None] | None:
    """The invitation of that handle and the application it is for, whatever state they are in."""
    return _FIND.one(opaque.digest(handle))


def by_number(id: int) -> Invitation | None:
    """The invitation with this number."""
    found: Invitation | None = Invitation.get_or_none(Invitation.id == id) if id < 2**62 else None
    return found


def use(handle: str, now: int) -> bool:
    """Use an invitation once; True for exactly as many callers as it is for."""
    return _USE.changed(opaque.digest(handle), now) == 1


def open_of(username: str, now: int) -> list[Invitation]:
    """The invitations that an administrator has made and that could still be used."""
    return _OPEN_OF.all(username, now)


def withdraw(invitation: Invitation, now: int) -> bool:
    """Make it worthless; True for exactly one caller."""
    return _WITHDRAW.changed(now, invitation.id) == 1


def page(*, after: str | None = None, before: str | None = None) -> Page[Invitation]:
    """A page of the invitations, the newest first; see `pages.page_of`."""
    return page_of(Invitation.select(), Invitation.id, after=after, before=before, newest_first=True)
