"""What applications ask for that not every version of this provider has, and whether it is there.

The discovery document is believed where it tells; so a sheet follows the provider by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

_CHECKS: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "offline_access": lambda provider: "offline_access" in provider["scopes_supported"],
    "end_session": lambda provider: "end_session_endpoint" in provider,
    "backchannel_logout": lambda provider: bool(provider.get("backchannel_logout_supported")),
    # Discovery has no word for these. Whoever builds one says so here.
    "custom_claims": lambda provider: True,
    "cors": lambda provider: True,
    "forward_auth": lambda provider: False,
    "jwt_access_token": lambda provider: True,
    "webfinger": lambda provider: True,
}
ALL = frozenset(_CHECKS)


def available(provider: Mapping[str, Any]) -> frozenset[str]:
    """The capabilities of the provider with this discovery document."""
    return frozenset(name for name, is_there in _CHECKS.items() if is_there(provider))
