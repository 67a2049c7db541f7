"""oidc-client-ts, the library of OpenCloud's web page and many single-page applications, signs a person in in Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from ..conftest import absent
from ..peers.node_client import InstallationFailed, installed_in
from .house import House
from .single_page_site import SOURCES, SinglePageSite
from .tab import Tab

SILENTLY = (
    "application.signinSilent().then((user) => ({...user, scope: user.scope}), (error) => ({error: error.error}))"
)


@pytest.fixture(scope="package")
def _single_page_site(needs: Callable[[str, str], str], pytestconfig: pytest.Config) -> Iterator[SinglePageSite]:
    needs("npm", "npm")
    try:
        package = installed_in(Path(pytestconfig.cache.mkdir("single_page")), SOURCES)
    except InstallationFailed as failed:
        absent(f"npm ci could not install what the lock file names: {failed}")
    site = SinglePageSite(package)
    yield site
    site.close()


@pytest.fixture(scope="package")
def _client_id(_furnished: House, _single_page_site: SinglePageSite) -> str:
    return _furnished.add(
        "Single Page", "--auth-method", "none", "--skip-consent",
        "--post-logout-redirect-uri", f"{_single_page_site.origin}/signed-out",
        redirect_uri=f"{_single_page_site.origin}/callback",
    )  # fmt: skip


@pytest.fixture
def application(_single_page_site: SinglePageSite, _client_id: str, house: House) -> SinglePageSite:
    """The application, registered as a public client; it doesn't ask for refresh tokens."""
    _single_page_site.settings = {
        "authority": house.issuer, "client_id": _client_id, "scope": "openid profile email groups",
    }  # fmt: skip
    return _single_page_site


def signed_in(tab: Tab, application: SinglePageSite) -> dict[str, Any]:
    """Alice comes to the application and signs in; returns what its library keeps of her."""
    tab.open(application.origin)
    tab.shows("Nobody")
    with tab.page.expect_navigation():
        tab.page.evaluate("void application.signinRedirect()")
    tab.sign_in()
    tab.shows("Hello alice")
    return user_of(tab)


def user_of(tab: Tab) -> dict[str, Any]:
    """What the library keeps of the person."""
    found: dict[str, Any] = tab.page.evaluate("application.getUser()")
    return found


def test_45_a_public_client_signs_in_and_reads_token_and_userinfo_from_its_page(
    tab: Tab, application: SinglePageSite, house: House
) -> None:
    user = signed_in(tab, application)
    assert user["profile"]["iss"] == house.issuer
    assert user["profile"]["groups"] == ["family", "media"]
    assert user["profile"]["email"] == "alice@example.org", "from userinfo and the ID token alike"
    assert user["token_type"] == "Bearer"
    assert user["refresh_token"] is None


def test_it_renews_silently_in_a_frame_while_the_person_is_signed_in_here(
    tab: Tab, application: SinglePageSite
) -> None:
    first = signed_in(tab, application)
    renewed = tab.page.evaluate(SILENTLY)
    assert renewed["access_token"] not in (first["access_token"], None)
    assert renewed["profile"]["sub"] == first["profile"]["sub"]
    assert renewed["profile"]["sid"] == first["profile"]["sid"], "it is the same sign-in"


def test_it_is_told_silently_that_nobody_is_signed_in_any_more(
    tab: Tab, application: SinglePageSite, house: House
) -> None:
    signed_in(tab, application)
    tab.open(f"{house.issuer}/logout")
    tab.press("Sign out")
    tab.shows("You are signed out")
    tab.open(application.origin)
    tab.shows("Hello alice")
    assert tab.page.evaluate(SILENTLY) == {"error": "login_required"}


def test_it_renews_by_refresh_token_where_it_asks_for_one(tab: Tab, application: SinglePageSite) -> None:
    application.settings["scope"] += " offline_access"
    first = signed_in(tab, application)
    second = tab.page.evaluate(SILENTLY)
    third = tab.page.evaluate(SILENTLY)
    tokens = {user["refresh_token"] for user in (first, second, third)}
    assert len(tokens) == 3, "each works once"
    assert third["profile"]["sub"] == first["profile"]["sub"]


def test_it_can_take_back_its_tokens(tab: Tab, application: SinglePageSite, house: House) -> None:
    application.settings["scope"] += " offline_access"
    user = signed_in(tab, application)
    tab.page.evaluate("application.revokeTokens()")
    bearer = {"Authorization": f"Bearer {user['access_token']}"}
    refused = requests.get(f"{house.issuer}/userinfo", headers=bearer, timeout=10)
    assert refused.status_code == 401


def test_its_way_out_signs_out_here_and_leads_back_to_its_page(
    tab: Tab, application: SinglePageSite, house: House
) -> None:
    user = signed_in(tab, application)
    with tab.page.expect_navigation(url=f"{application.origin}/signed-out"):
        tab.page.evaluate("void application.signoutRedirect()")
    tab.shows("Nobody")
    bearer = {"Authorization": f"Bearer {user['access_token']}"}
    assert requests.get(f"{house.issuer}/userinfo", headers=bearer, timeout=10).status_code == 401
    assert tab.page.evaluate(SILENTLY) == {"error": "login_required"}
