"""Pushed authorization requests: kept as a digest of their address, used once by one conditional UPDATE."""

from __future__ import annotations

from typing import Any

from idp import opaque
from idp.storage import interactions
from idp.storage.models import Client, JSONText, PushedRequest
from idp.storage.statement import Statement

_INSERT = Statement("INSERT INTO pushed_requests (digest, client_id, request, expires_at) VALUES (?, ?, ?, ?)")
_FIND = Statement(
    "SELECT {pushed_requests} FROM pushed_requests WHERE digest = ? AND client_id = ? AND expires_at > ?", PushedRequest
)
_USE = Statement(
    "UPDATE pushed_requests SET interaction = ?, expires_at = ? "
    "WHERE digest = ? AND client_id = ? AND interaction IS NULL AND expires_at > ?"
)
_json = JSONText().db_value


def add(handle: str, client: Client, request: dict[str, Any], expires_at: int) -> None:
    """Write down a request that a client has pushed."""
    _INSERT.execute(opaque.digest(handle), client.id, _json(request), expires_at)


def find(handle: str, client: Client, now: int) -> PushedRequest | None:
    """A request that this client has pushed and that isn't too old; used or not."""
    return _FIND.one(opaque.digest(handle), client.id, now)


def use(handle: str, client: Client, interaction: str, now: int) -> bool:
    """Use a request for an interaction; True for exactly one caller.

    It is kept for as long as the interaction may take, so that a browser that loads the address again finds it.
    """
    return _USE.changed(interaction, now + interactions.LIFETIME, opaque.digest(handle), client.id, now) == 1
