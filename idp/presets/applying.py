"""What changes when a preset is applied to an application that is there already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from idp.presets.filling import Setting

_ADDED_TO = ("redirect_uris", "post_logout_redirect_uris")  # somebody signs in by the ones that are there


def changes(settings: Iterable[Setting], now: Mapping[str, Any]) -> tuple[Setting, ...]:
    """Those settings that differ from what the application has now; addresses are added, never taken away."""
    wanted = (Setting(each.field, _with(each, now[each.field]), each.reason) for each in settings)
    return tuple(each for each in wanted if each.value != now[each.field])


def _with(setting: Setting, now: Any) -> Any:
    if setting.field not in _ADDED_TO:
        return setting.value
    return [*now, *(each for each in setting.value if each not in now)]
