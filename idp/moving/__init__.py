"""Moving in from another provider: a module a provider, which reads its files and says what could be taken along."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Moved:
    """What came along, and what didn't, with the reason and what to do."""

    groups: list[str] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)  # new ones by client id, told this once
    left: list[str] = field(default_factory=list)  # a sentence each
