"""`KeyEntry`: what the folder's list says about one signing key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["active", "next", "retired"]


@dataclass(frozen=True)
class KeyEntry:
    """What `keys.json` says about one key."""

    kid: str
    alg: str
    state: State
    created_at: int
    retired_at: int | None = None
