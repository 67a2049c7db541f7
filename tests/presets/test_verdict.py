"""What an application would make of what it is told."""

from __future__ import annotations

from typing import Any

import pytest

from idp import presets
from idp.presets.verdict import Finding, judge

ADA: dict[str, Any] = {"sub": "1", "preferred_username": "ada", "email": "ada@example.org", "email_verified": True,
                       "name": "Ada", "groups": ["family"], "roles": ["family"], "picture": "p"}  # fmt: skip


def kinds(preset: str, id_token: dict[str, Any], userinfo: dict[str, Any] | None = None) -> dict[str, tuple[str, ...]]:
    return {
        found.kind: found.names for found in judge(presets.get(preset), id_token, ADA if userinfo is None else userinfo)
    }


def test_jellyfin_security_refuses_a_password_alone_where_it_demands_mfa() -> None:
    assert "mfa" in kinds("jellyfin-2fa", {**ADA, "amr": ["pwd"]})["refuses_if_mfa"]
    assert kinds("jellyfin-2fa", {**ADA, "amr": ["pwd", "otp", "mfa"]})["mfa_met"] == ("mfa", "otp")
    assert "refuses_if_mfa" not in kinds("jellyfin-sso", {**ADA, "amr": ["pwd"]})


def test_who_lacks_what_is_needed_is_refused() -> None:
    without = {name: value for name, value in ADA.items() if not name.startswith("email")}
    assert kinds("grafana", without, without)["refuses"] == ("email",)
    assert "refuses" not in kinds("grafana", without, ADA), "Grafana reads both"
    assert kinds("nextcloud", {}, ADA)["refuses"] == ("preferred_username",), "the ID token and nothing else"
    assert kinds("kavita", {**ADA, "email_verified": False})["refuses"] == ("email_verified",)
    assert kinds("kavita", {**ADA, "email_verified": "true"})["refuses"] == ("email_verified",)


def test_groups_that_mean_something_are_named() -> None:
    assert kinds("audiobookshelf", ADA)["without_group"] == ("admin", "user", "guest")
    assert "without_group" not in kinds("audiobookshelf", ADA, {**ADA, "groups": ["ADMIN"]})


@pytest.mark.parametrize("preset_id", presets.ids())
def test_every_preset_can_be_asked(preset_id: str) -> None:
    found = judge(presets.get(preset_id), {**ADA, "amr": ["pwd"]}, ADA)
    claims = presets.get(preset_id).claims
    assert any(each.kind in ("fine", "refuses") for each in found) == bool(claims and claims.needed)
    assert all(isinstance(each, Finding) for each in found)


def test_a_custom_claim_of_another_kind_is_told_and_one_that_is_not_set_is_not_missed() -> None:
    assert kinds("immich", {**ADA, "immich_role": "admin", "immich_quota": 50}).keys() == {"fine"}
    assert kinds("immich", ADA).keys() == {"fine"}
    for wrong in ("50", True, [50], {"GiB": 50}):
        assert kinds("immich", {**ADA, "immich_quota": wrong})["wrong_kind"] == ("immich_quota",)
    assert kinds("immich", {**ADA, "immich_role": False})["wrong_kind"] == ("immich_role",)
    assert "wrong_kind" in kinds("seerr-preview", {**ADA, "seerr_allowed": "true"})
    assert "wrong_kind" not in kinds("seerr-preview", {**ADA, "seerr_allowed": False})
    assert kinds("audiobookshelf", ADA, {**ADA, "abspermissions": "{}"})["wrong_kind"] == ("abspermissions",)


def test_of_what_needs_nothing_it_is_not_said_that_it_finds_that() -> None:
    assert presets.get("generic-web").claims.needed == ()
    assert "fine" not in kinds("generic-web", ADA)
