"""Two providers, as their discovery documents show them: this one, and one that has everything presets ask for."""

from __future__ import annotations

from typing import Any

from idp.oidc import metadata
from idp.oidc.jwt import ALGORITHMS

ISSUER = "https://id.example.org"
THIS: dict[str, Any] = metadata.document(ISSUER, list(ALGORITHMS))
COMPLETE: dict[str, Any] = {
    **THIS,
    "scopes_supported": list(dict.fromkeys([*THIS["scopes_supported"], "offline_access"])),
    "end_session_endpoint": f"{ISSUER}/logout",
    "backchannel_logout_supported": True,
}
# what a provider without the newest parts shows, whatever this one has by now
BARE: dict[str, Any] = {
    **{name: THIS[name] for name in THIS if name not in ("end_session_endpoint", "backchannel_logout_supported")},
    "scopes_supported": ["openid", "profile", "email", "groups", "roles"],
}
