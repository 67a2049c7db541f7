"""An application of televisions in the browser: added without an address, looked at, told what to enter."""

from __future__ import annotations

from idp.oidc.grants import DEVICE_CODE
from idp.storage.models import Client
from tests import given
from tests.web.conftest import Visitor


def test_it_is_added_without_any_address(root: Visitor) -> None:
    page = root.post(
        "/admin/gallery/blank", name="Television", grant_types=DEVICE_CODE, scopes="openid", auth_method="none",
        id_token_alg="RS256", userinfo_alg="", access_token_format="opaque", redirect_uris="", id_token_claims="yes",
        subject_type="public", subject_source="uuid",
    )  # fmt: skip
    added = Client.get(Client.name == "Television")
    assert page.status_code == 200 and added.grant_types == [DEVICE_CODE] and added.redirect_uris == []
    assert "Device authorization endpoint" in page.text and "http://localhost:8000/device<" in page.text


def test_all_of_its_pages_can_be_opened(root: Visitor) -> None:
    given.client("tv", grant_types=[DEVICE_CODE], redirect_uris=[], auth_method="none")
    for page in ("", "/edit", "/sheet", "/try"):
        answer = root.get(f"/admin/applications/tv{page}")
        assert answer.status_code == 200, page
        assert "People come back to" not in answer.text or page == "/edit"
    assert "People who type a code that it shows" in root.get("/admin/applications/tv/edit").text


def test_with_sign_ins_by_redirect_it_needs_an_address_again(root: Visitor) -> None:
    page = root.post(
        "/admin/gallery/blank", name="Both", grant_types="authorization_code", scopes="openid", auth_method="",
        id_token_alg="RS256", userinfo_alg="", access_token_format="opaque", redirect_uris="", subject_type="public", subject_source="uuid",
    )  # fmt: skip
    assert page.status_code == 400 and "at least one redirect URI" in page.text
