"""Client assertions that have been used: each may be used once, by one conditional INSERT."""

from __future__ import annotations

from idp import opaque
from idp.storage.statement import Statement

_USE = Statement("INSERT INTO used_assertions (digest, expires_at) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING")


def use(client_id: str, jti: str, expires_at: int) -> bool:
    """Use an assertion up until it expires; True for exactly one caller."""
    return _USE.changed(opaque.digest(f"{client_id}\n{jti}"), expires_at) == 1
