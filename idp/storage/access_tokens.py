"""Access tokens beyond those of a fresh code: repeated, with fewer scopes, and forgotten."""

from __future__ import annotations

from collections.abc import Sequence

from idp.storage.models import JSONText
from idp.storage.statement import Statement

_KEEP = Statement(
    "INSERT INTO access_tokens (digest, grant_id, expires_at, scopes) VALUES (?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING"
)
_FORGET = Statement("DELETE FROM access_tokens WHERE grant_id = ? AND expires_at <= ?")
_json = JSONText().db_value


def keep(digest: str, grant: int, expires_at: int, scopes: Sequence[str] | None) -> None:
    """Write down an access token of a grant, with scopes of its own where they are fewer; one that is there stays."""
    _KEEP.execute(digest, grant, expires_at, _json(scopes))


def forget_expired(grant: int, now: int) -> None:
    """Delete what has expired of one grant, so that a client that goes on for weeks doesn't leave hundreds behind."""
    _FORGET.execute(grant, now)
