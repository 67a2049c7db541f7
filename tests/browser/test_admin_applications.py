"""Administrators connect applications in the browser; the applications then sign people in by what the sheet said."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ..conftest import PASSWORD
from ..flows.visitors import visitor
from ..peers.form_post import posted_answer
from ..peers.strict import audiobookshelf, duende, immich, kavita, seerr, user_oidc, x_oauth2, zl154
from ..peers.strict.wire import Refused
from ..server import Server
from .relying_party import RelyingParty
from .sheet import SheetPage
from .tab import Tab
from .test_set_up import fill_in, set_up_link

APP = "http://localhost:8096"


@pytest.fixture(scope="module")
def keeper(idp_server: Callable[..., Server]) -> Server:
    """A provider with Alice and Robin, who looks after it; tests add applications to it."""
    server = idp_server()
    for group in ("family", "media", "User"):
        server.idp("group", "add", group)
    server.add_user("alice", PASSWORD, "--group", "family", "--group", "media")
    server.add_user("uma", PASSWORD, "--group", "User")
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
    return SheetPage(tab, name)


def signs_in(server: Server, url: str, name: str = "alice") -> str:
    """Where somebody comes back to the application."""
    return visitor(server).sign_in(url, name, PASSWORD)


def test_from_set_up_to_jellyfin(tab: Tab, idp_server: Callable[..., Server]) -> None:
    server = idp_server()
    tab.open(set_up_link(server))
    fill_in(tab, username="robin", email="robin@example.org")
    tab.press("Create administrator")
    tab.shows("Foyer is ready")
    tab.link("Administration")
    tab.shows("Applications")
    tab.link("Open the gallery")
    tab.shows("Add an application")  # with its script, which follows what is typed
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


def test_nextcloud(keeper: Server, add: Callable[..., SheetPage]) -> None:
    sheet = add("nextcloud", "http://localhost:8080")
    for redirect_uri in sheet.redirect_uris:
        application = user_oidc.Nextcloud(
            sheet["Discovery endpoint"], sheet.client(redirect_uri=redirect_uri), scope=sheet["Scope"],
            mapping_uid=sheet["User ID mapping"],
        )  # fmt: skip
        account = application.callback(signs_in(keeper, application.start()))
        assert account == {"uid": "alice", "email": "alice@example.org", "groups": ["family", "media"]}


def test_immich_in_the_browser_and_on_the_phone(keeper: Server, add: Callable[..., SheetPage]) -> None:
    sheet = add("immich", "http://localhost:2283")
    application = immich.Immich(
        sheet["Issuer URL"], sheet.client(secret="Client Secret"), "http://localhost:2283", scope=sheet["Scope"],
        algorithm=sheet["Signing Algorithm"],
    )  # fmt: skip
    assert sheet["Token Endpoint Auth Method"] == "client_secret_post"
    for redirect_uri in application.redirect_uris:
        account = application.callback(signs_in(keeper, application.start(redirect_uri)))
        assert account["email"] == "alice@example.org"
        assert account[sheet["Storage Label Claim"]] == "alice"


def test_audiobookshelf_with_rights_by_groups(keeper: Server, add: Callable[..., SheetPage]) -> None:
    sheet = add("audiobookshelf", "http://localhost:13378")
    application = audiobookshelf.Audiobookshelf(
        sheet["Issuer URL"], sheet.client(secret="Client Secret"), algorithm=sheet["Signing Algorithm"],
        group_claim=sheet["Group Claim"],
    )  # fmt: skip
    for redirect_uri in sheet.redirect_uris:
        account = application.callback(signs_in(keeper, application.start(redirect_uri), "uma"))
        assert account == {"username": "uma", "role": "user"}
    back = signs_in(keeper, application.start(sheet.redirect_uris[0]))
    with pytest.raises(Refused, match="none of the groups"):
        application.callback(back)


def test_kavita_whose_answer_is_posted(keeper: Server, add: Callable[..., SheetPage]) -> None:
    sheet = add("kavita", "http://localhost:5000")
    application = kavita.Kavita(
        sheet["Authority"], sheet.client(secret="Client Secret"), roles_claim=sheet["Roles claim"]
    )  # fmt: skip
    person = visitor(keeper)
    person.get(application.start())
    person.submit(username="alice", password=PASSWORD)
    if person.page.offers("decision"):
        person.submit(decision="allow")
    account = application.receive(*posted_answer(person.page.html))
    assert account == {"name": "alice", "email": "alice@example.org", "roles": ["family", "media"]}


def test_a_return_address_is_repaired_and_the_sign_in_works(tab: Tab, keeper: Server, site: RelyingParty) -> None:
    name = f"Site {secrets.token_hex(3)}"
    client_id = keeper.idp_json("client", "add", name, "--redirect-uri", site.redirect_uri + "/", "--skip-consent")[
        "client_id"
    ]
    tab.open(f"{keeper.issuer}/admin/applications")
    tab.sign_in("robin")
    tab.shows("Applications")
    tab.open(site.url(keeper.issuer, client_id))
    tab.shows("The application’s return address doesn’t match")
    expect(tab.page.locator("mark")).to_have_count(1)
    tab.link("Add this address")
    tab.press("Add this address")
    tab.link("Try the sign-in again")
    tab.arrives_at(site.origin)
    assert "code" in site.callbacks[-1].parameters


def test_each_line_can_be_copied_and_the_whole_downloaded(tab: Tab, keeper: Server) -> None:
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.open(f"{keeper.issuer}/admin/gallery/grafana")
    tab.sign_in("robin")
    sheet = through_the_form(tab, "http://localhost:3000")
    variable = "GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET"
    tab.press(f"Copy {variable}")
    tab.button(f"Copied {variable}").wait_for()
    assert tab.page.evaluate("navigator.clipboard.readText()") == f"{variable}={sheet[variable]}"
    tab.press("Copy all lines")
    tab.button("Copied all lines").wait_for()
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
