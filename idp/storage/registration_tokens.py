"""Initial access tokens, as rows: kept as digests; `limited` has what they share with other such rows."""

from __future__ import annotations

from idp.storage.limited import OPEN
from idp.storage.models import RegistrationToken
from idp.storage.statement import Statement

_FIND = Statement(
    f"SELECT {{registration_tokens}} FROM registration_tokens WHERE digest = ? AND {OPEN}", RegistrationToken
)
_ANY = Statement(f"SELECT 1 FROM registration_tokens WHERE {OPEN} LIMIT 1")


def add(digest: str, name: str, *, uses: int, lifetime: int, now: int) -> RegistrationToken:
    """A new one; the caller opens a durable transaction."""
    return RegistrationToken.create(digest=digest, name=name, uses=uses, created_at=now, expires_at=now + lifetime)


def find_open(digest: str, now: int) -> RegistrationToken | None:
    """The token with this digest, if it could be used now."""
    return _FIND.one(digest, now)


def is_any_open(now: int) -> bool:
    """Whether there is one that could be used now."""
    return _ANY.one(now) is not None
