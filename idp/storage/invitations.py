"""Invitations, as rows: kept as digests; `limited` has what they share with other such rows."""

from __future__ import annotations

from collections.abc import Sequence

from idp import opaque
from idp.opaque import Kind
from idp.storage.limited import OPEN
from idp.storage.models import Client, Invitation
from idp.storage.statement import Statement

_FIND: Statement[tuple[Invitation, Client | None]] = Statement(
    "SELECT {invitations}, {clients} FROM invitations LEFT JOIN clients ON clients.id = invitations.client_id "
    "WHERE invitations.digest = ?",
    Invitation,
    Client,
)
_OPEN_OF = Statement(f"SELECT {{invitations}} FROM invitations WHERE made_by = ? AND {OPEN}", Invitation)


def add(
    groups: Sequence[str], client: Client | None, *, uses: int, lifetime: int, made_by: str, now: int
) -> tuple[Invitation, str]:
    """A new invitation and its handle; the caller opens a durable transaction."""
    handle = opaque.handle(Kind.INVITATION)
    row = Invitation.create(
        digest=opaque.digest(handle), groups=list(groups), client=client, uses=uses, made_by=made_by, created_at=now,
        expires_at=now + lifetime,
    )  # fmt: skip
    return row, handle


def find(handle: str) -> tuple[Invitation, Client | None] | None:
    """The invitation of that handle and the application it is for, whatever state they are in."""
    return _FIND.one(opaque.digest(handle))


def open_of(username: str, now: int) -> list[Invitation]:
    """The invitations that an administrator has made and that could still be used."""
    return _OPEN_OF.all(username, now)
