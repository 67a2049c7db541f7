"""What an application would make of the claims it is told: whether it lets somebody in, by what its preset knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from idp.presets.preset import Preset

Kind = Literal["refuses", "refuses_if_mfa", "mfa_met", "fine", "without_group", "wrong_kind", "not_told"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the application would do, and the names it hangs on."""

    kind: Kind
    names: tuple[str, ...] = ()


def judge(preset: Preset, id_token: Mapping[str, Any], userinfo: Mapping[str, Any]) -> list[Finding]:
    """What the application would do, the gravest first; nothing where nothing is known of what it demands."""
    demands = preset.claims
    if demands is None:
        return []
    read = {"id_token": id_token, "userinfo": userinfo, "either": {**userinfo, **id_token}}[demands.read_from]
    missing = tuple(name for name in demands.needed if not _is_good(name, read.get(name)))
    found = [Finding("refuses", missing)] if missing else []
    if demands.amr:
        enough = set(demands.amr) & set(id_token.get("amr", ()))
        found.append(
            Finding("mfa_met", tuple(sorted(enough))) if enough else Finding("refuses_if_mfa", tuple(demands.amr))
        )
    groups = {str(name).casefold() for name in (*read.get("groups", ()), *read.get("roles", ()))}
    if preset.group_names and not groups & {name.casefold() for name in preset.group_names}:
        found.append(Finding("without_group", preset.group_names))
    wrong = tuple(
        claim.name for claim in preset.custom_claims if claim.name in read and not _is_of(claim.kind, read[claim.name])
    )
    if wrong:
        found.append(Finding("wrong_kind", wrong))
    if demands.needed and not missing:
        found.insert(0, Finding("fine", tuple(demands.needed)))
    if untold := tuple(name for name in demands.used if name not in read):
        found.append(Finding("not_told", untold))
    return found


def _is_of(kind: str, value: Any) -> bool:
    if isinstance(value, bool):
        return kind == "yes_no"
    wanted: dict[str, tuple[type, ...]] = {"text": (str,), "number": (int, float), "json": (list, dict), "yes_no": ()}
    return isinstance(value, wanted[kind])


def _is_good(name: str, value: Any) -> bool:
    return value is True if name == "email_verified" else value not in (None, "", [])
