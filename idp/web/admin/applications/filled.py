"""What a preset sets for an application at an address, here."""

from __future__ import annotations

from typing import Any

from idp import presets
from idp.oidc import metadata
from idp.presets import filling
from idp.presets.filling import Setting
from idp.web.wired import wired


def settings_of(preset_id: str, app_url: str | None) -> tuple[Setting, ...]:
    """What the preset sets and why; raises NotFound and Invalid."""
    here = wired()
    provider = metadata.document(here.config.issuer, here.keys.algorithms())
    return filling.settings(presets.get(preset_id), app_url or None, provider)


def metadata_of(preset_id: str, app_url: str | None) -> dict[str, Any]:
    """What the preset sets, as registration takes it; raises NotFound and Invalid."""
    return {setting.field: setting.value for setting in settings_of(preset_id, app_url)}
