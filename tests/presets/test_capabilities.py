"""What a provider has, read from its discovery document."""

from __future__ import annotations

from idp.presets import capabilities
from tests.presets.provider import BARE, COMPLETE


def test_discovery_is_believed_where_it_tells() -> None:
    told = {"offline_access", "end_session", "backchannel_logout"}
    assert not capabilities.available(BARE) & told
    assert capabilities.available(COMPLETE) >= told


def test_a_back_channel_that_is_denied_is_not_there() -> None:
    assert "backchannel_logout" not in capabilities.available({**COMPLETE, "backchannel_logout_supported": False})


def test_every_capability_has_a_name_that_presets_may_use() -> None:
    assert capabilities.available(COMPLETE) <= capabilities.ALL
