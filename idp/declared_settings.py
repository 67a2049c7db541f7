"""What holds for everybody, as a file for `idp apply` says it; the logo is no text and stays where it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idp.directory import appearance as look
from idp.directory import policy
from idp.storage import appearance, settings
from idp.storage.session_lengths import ALL

FIELDS: dict[str, type] = {"name": str, "accent": str, "require_mfa": bool, **{length.name: int for length in ALL}}


def now() -> dict[str, Any]:
    """What holds, without what nobody has chosen; lengths in seconds."""
    chosen = settings.chosen()
    found = {"name": appearance.chosen_name(), "accent": appearance.accent()}
    lengths = {length.name: length.now() for length in ALL if length.name in chosen}
    mfa = {"require_mfa": True} if policy.everybody_needs_mfa() else {}
    return {**{at: value for at, value in found.items() if value is not None}, **mfa, **lengths}


def change(wanted: Mapping[str, Any]) -> list[str]:
    """Make the settings what a file says; returns which of them changed, and raises Invalid."""
    lengths = {length.name: wanted[length.name] for length in ALL if length.name in wanted}
    policy.check_session_lengths(lengths)
    changed = look.change(name=wanted.get("name"), accent=wanted.get("accent")) + policy.change_session_lengths(lengths)
    demanded = wanted.get("require_mfa")
    if demanded is not None and demanded != policy.everybody_needs_mfa():
        policy.demand_mfa_of_everybody(demanded)
        changed.append("require_mfa")
    return sorted(changed)
