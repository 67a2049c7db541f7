"""Initial access tokens, as rows: kept as digests, each use one conditional UPDATE."""

from __future__ import annotations

from idp.storage.models import RegistrationToken
from idp.storage.pages import Page, page_of
from idp.storage.statement import Statement

_OPEN = "used < uses AND expires_at > ? AND withdrawn_at IS NULL"
_FIND = Statement(
    f"SELECT {{registration_tokens}} FROM registration_tokens WHERE digest = ? AND {_OPEN}", RegistrationToken
)
_ANY = Statement(f"SELECT 1 FROM registration_tokens WHERE {_OPEN} LIMIT 1")
_USE = Statement(f"UPDATE registration_tokens SET used = used + 1 WHERE id = ? AND {_OPEN}")
_WITHDRAW = Statement("UPDATE registration_tokens SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL")


def add(digest: str, name: str, *, uses: int, lifetime: int, now: int) -> RegistrationToken:
    """A new one; the caller opens a durable transaction."""
    return RegistrationToken.create(digest=digest, name=name, uses=uses, created_at=now, expires_at=now + lifetime)


def find_open(digest: str, now: int) -> RegistrationToken | None:
    """The token with this digest, if it could be used now."""
    return _FIND.one(digest, now)


def is_any_open(now: int) -> bool:
    """Whether there is one that could be used now."""
    return _ANY.one(now) is not None


def by_number(id: int) -> RegistrationToken | None:
    """The token with this number."""
    found: RegistrationToken | None = RegistrationToken.get_or_none(RegistrationToken.id == id) if id < 2**62 else None
    return found


def use(token: RegistrationToken, now: int) -> bool:
    """Use a token once; True for exactly as many callers as it is for."""
    return _USE.changed(token.id, now) == 1


def withdraw(token: RegistrationToken, now: int) -> bool:
    """Make it worthless; True for exactly one caller."""
    return _WITHDRAW.changed(now, token.id) == 1


def page(*, after: str | None = None, before: str | None = None) -> Page[RegistrationToken]:
    """A page of the tokens, the newest first; see `pages.page_of`."""
    return page_of(
        RegistrationToken.select(), RegistrationToken.id, after=after, before=before, newest_first=True
    )  # fmt: skip


def every() -> list[RegistrationToken]:
    """All that are remembered, the newest first."""
    return list(RegistrationToken.select().order_by(RegistrationToken.id.desc()))
