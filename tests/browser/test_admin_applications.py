"""Administrators connect applications in the browser; the applications then sign people in by what the sheet said."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ..conftest import PASSWORD
from ..flows.visitors import visitor
from ..peers.strict import duende, seerr, x_oauth2, zl154
from ..server import Server
from .sheet import SheetPage
from .tab import Tab
from .test_set_up import fill_in, set_up_link

APP = "http://localhost:8096"


@pytest.fixture(scope="module")
def keeper(idp_server: Callable[..., Server]) -> Server:
    """A provider with Alice and Robin, who looks after it; tests add applications to it."""
    server = idp_server()
    for group in ("family", "media"):
        server.idp("group", "add", group)
    server.add_user("alice", PASSWORD, "--group", "family", "--group", "media")
    server.add_user("robin", PASSWORD, "--admin")
    return server


@pytest.fixture
def add(keeper: Server, either_tab: Tab) -> Callable[[str, str], SheetPage]:
    """`add(preset, app_url)`: Robin adds an application from the gallery; the sheet it ends at."""

    def go(preset: str, app_url: str = APP) -> SheetPage:
        either_tab.open(f"{keeper.issuer}/admin/gallery/{preset}")
        either_tab.sign_in("robin")
        return through_the_form(either_tab, app_url)

    return go


def through_the_form(tab: Tab, app_url: str, name: str = "") -> SheetPage:
    """Fill in the form of a preset, look, save."""
    name = name or f"Application {secrets.token_hex(3)}"
    tab.field("Address of the application").fill(app_url)
    tab.page.locator("#name").fill(name)
    tab.press("Continue")
    tab.shows(f"Add {name}")
    tab.press("Add application")
    tab.shows(f"{name}: what to enter there")
    return SheetPage(tab.page)


def signs_in(server: Server, url: str, name: str = "alice") -> str:
    """Where somebody comes back to the application."""
    return visitor(server).sign_in(url, name, PASSWORD)


def test_from_set_up_to_jellyfin(tab: Tab, idp_server: Callable[..., Server]) -> None:
    server = idp_server()
    tab.open(set_up_link(server))
    fill_in(tab)
    tab.press("Create administrator")
    tab.shows("Foyer is ready")
    tab.link("Administration")
    tab.shows("Applications")
    tab.link("Open the gallery")
    tab.page.locator("#q").press_sequentially("sso jelly")
    expect(tab.page.locator("[data-filter-words]:visible")).to_have_count(1)
    tab.page.get_by_role("link", name="Jellyfin (SSO-Auth plugin)").click()
    sheet = through_the_form(tab, APP, "Jellyfin")
    plugin = duende.Plugin(
        sheet["OID Endpoint"], sheet.client("OpenID Client ID", "OID Secret"),
        scopes=(sheet["Request Additional Scopes"],), role_claim=sheet["Role Claim"],
    )  # fmt: skip
    assert plugin.redirect_uri.endswith("/" + sheet["Name of OID Provider"])
    assert plugin.callback(signs_in(server, plugin.start(), "robin"))["username"] == "robin"
    tab.link("To the application")
    expect(tab.page.get_by_role("main")).to_contain_text("Works")
    expect(tab.page.get_by_role("main")).not_to_contain_text("cs_")


def test_jellyfin_with_the_security_plugin(keeper: Server, add: Callable[..., SheetPage]) -> None:
    sheet = add("jellyfin-2fa")
    plugin = zl154.Plugin(sheet["Discovery URL"].removesuffix(duende.WELL_KNOWN), sheet.client())
    assert plugin.callback(signs_in(keeper, plugin.start()))["groups"] == {"family", "media"}


def test_seerr(keeper: Server, add: Callable[..., SheetPage]) -> None:
    sheet = add("seerr-preview", "http://localhost:5055")
    application = seerr.Seerr(sheet["Issuer URL"], sheet.client(secret="Client Secret"))
    assert application.callback(signs_in(keeper, application.start()))["email"] == "alice@example.org"


def test_grafana_by_basic_and_then_by_post_with_the_same_code(keeper: Server, add: Callable[..., SheetPage]) -> None:
    sheet = add("grafana", "http://localhost:3000/")
    variable = "GF_AUTH_GENERIC_OAUTH_"
    client = sheet.client(variable + "CLIENT_ID", variable + "CLIENT_SECRET",
                          sheet["GF_SERVER_ROOT_URL"] + "/login/generic_oauth")  # fmt: skip
    application = x_oauth2.AutoDetect(sheet["Issuer"], client, basic_secret="not this one", pkce=True)
    assert application.callback(signs_in(keeper, application.start()))["email"] == "alice@example.org"
    assert [status for _, status in application.attempts] == [401, 200]


def test_each_line_can_be_copied_and_the_whole_downloaded(tab: Tab, keeper: Server) -> None:
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.open(f"{keeper.issuer}/admin/gallery/grafana")
    tab.sign_in("robin")
    sheet = through_the_form(tab, "http://localhost:3000")
    variable = "GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET"
    tab.page.get_by_role("button", name=f"Copy {variable}", exact=True).click()
    assert tab.page.evaluate("navigator.clipboard.readText()") == f"{variable}={sheet[variable]}"
    tab.page.get_by_role("button", name="Copy all lines").click()
    assert tab.page.evaluate("navigator.clipboard.readText()").splitlines() == sheet.lines
    with tab.page.expect_download() as started:
        tab.page.get_by_role("link", name=re.compile("Download")).click()
    text = started.value.path().read_text()
    assert f"{variable}={sheet[variable]}" in text and sheet["Issuer"] in text


def test_without_script_the_server_searches(scriptless_tab: Tab, keeper: Server) -> None:
    tab = scriptless_tab
    tab.open(f"{keeper.issuer}/admin/gallery")
    tab.sign_in("robin")
    tab.page.locator("#q").fill("immich")
    tab.press("Search")
    expect(tab.page.locator("[data-filter-words]")).to_have_count(1)
    tab.link("Immich")
    tab.shows("Add Immich")
