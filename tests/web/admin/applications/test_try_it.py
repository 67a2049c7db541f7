"""The page that says what an application would be told."""

from __future__ import annotations

from tests import given
from tests.web.conftest import Visitor


def test_ada_is_refused_with_a_password_and_let_in_with_a_code(root: Visitor) -> None:
    given.user("ada", groups=["family"])
    given.client("app", name="Jellyfin Security", preset="jellyfin-2fa")
    page = root.get("/admin/applications/app/try?user=ADA@example.org&way=password").text
    assert "Jellyfin Security would refuse: amr has none of mfa, hwk, otp, sca" in page
    assert "[&#34;pwd&#34;]" in page and "[&#34;family&#34;]" in page and "ada@example.org" in page
    page = root.get("/admin/applications/app/try?user=ada&way=password_and_code").text
    assert "is met: amr has mfa, otp" in page and "would refuse" not in page


def test_where_the_sign_in_stops_here_is_said(root: Visitor) -> None:
    given.user("ada", display_name="Ada <b>")
    given.user("x", groups=["family"])
    given.client("app", allowed_groups=["family"])
    page = root.get("/admin/applications/app/try?user=ada").text
    assert "Ada &lt;b&gt; would not get there" in page and "<b>" not in page


def test_nobody_is_told_apart_from_somebody(root: Visitor) -> None:
    given.client("app")
    for query in ("user=nobody", "user=%00", "user=robin&way=magic", "user="):
        answer = root.get(f"/admin/applications/app/try?{query}")
        assert answer.status_code == 400 and "id_token-title" not in answer.text, query
    assert root.get("/admin/applications/app/try").status_code == 200
