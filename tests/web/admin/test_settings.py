"""The page of settings."""

from __future__ import annotations

from idp import activity
from idp.directory import policy
from tests.web.conftest import Visitor


def test_a_second_factor_is_demanded_of_everybody_and_no_longer(root: Visitor) -> None:
    assert "checked" not in root.get("/admin/settings").text
    assert root.post("/admin/settings").location == "/admin/settings"
    assert not list(activity.rows()), "nothing has changed"
    root.post("/admin/settings", require_mfa="1")
    assert policy.everybody_needs_mfa()
    assert [row.event for row in activity.rows()] == ["settings.changed"]
    # Who changed it owes one now, too.
    assert root.get("/admin/settings").location.startswith("/interaction/")


def test_what_is_set_elsewhere_says_where(root: Visitor) -> None:
    page = root.get("/admin/settings").text
    assert "IDP_NAME" in page and "30 days" in page and "http://localhost:8000" in page
