"""Every page that people see, by name, and how to get there."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from idp.opaque import digest

from ..flows import records
from ..server import Server
from .authenticator import Authenticator, add_passkey
from .house import House
from .tab import Tab

VIEWS: dict[str, Callable[[Visit], None]] = {}


@dataclass
class Visit:
    """A tab on its way to a page."""

    tab: Tab
    house: House
    empty: Server
    set_up_link: str
    mailing: Server

    def sign_in_at(self, client_id: str, username: str = "alice", **parameters: str) -> None:
        """Come from an application and sign in."""
        self.tab.open(self.house.link(client_id, **parameters))
        self.tab.sign_in(username)


def view(go: Callable[[Visit], None]) -> Callable[[Visit], None]:
    """Note a page under the function's name."""
    VIEWS[go.__name__] = go
    return go


@view
def login(visit: Visit) -> None:
    visit.tab.open(visit.house.link(visit.house.jellyfin))
    visit.tab.shows("Sign in")


@view
def login_of_an_application_with_logo_and_links(visit: Visit) -> None:
    visit.tab.open(visit.house.link(visit.house.photos, login_hint="alice"))
    visit.tab.shows("Sign in")


@view
def login_for_the_own_account(visit: Visit) -> None:
    visit.tab.open(visit.house.issuer)
    visit.tab.shows("Sign in")


@view
def login_refused(visit: Visit) -> None:
    visit.tab.open(visit.house.link(visit.house.jellyfin))
    visit.tab.sign_in(password="not my password")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def login_with_a_choice_of_account(visit: Visit) -> None:
    visit.sign_in_at(visit.house.dashboard)
    visit.tab.arrives_at(visit.house.site.origin)
    visit.tab.open(visit.house.link(visit.house.dashboard, prompt="select_account"))
    visit.tab.button("Continue as Alice Example").wait_for()


@view
def consent(visit: Visit) -> None:
    visit.sign_in_at(visit.house.jellyfin, prompt="consent")
    visit.tab.button("Allow").wait_for()


@view
def consent_to_everything(visit: Visit) -> None:
    visit.sign_in_at(
        visit.house.photos, prompt="consent", scope="openid profile email groups roles",
        claims='{"userinfo": {"zoneinfo": null, "updated_at": null}}',
    )  # fmt: skip
    visit.tab.button("Allow").wait_for()


@view
def consent_to_an_app_on_this_device(visit: Visit) -> None:
    visit.sign_in_at(visit.house.phone, prompt="consent", redirect_uri="app.pocket:///oauth-callback")
    visit.tab.button("Allow").wait_for()


@view
def access(visit: Visit) -> None:
    visit.sign_in_at(visit.house.vault)
    visit.tab.button("Back to the application").wait_for()


@view
def second_factor(visit: Visit) -> None:
    name, _, _ = visit.house.careful_person()
    visit.sign_in_at(visit.house.jellyfin, name)
    visit.tab.shows("One more step")


@view
def second_factor_refused(visit: Visit) -> None:
    name, app, _ = visit.house.careful_person()
    visit.sign_in_at(visit.house.jellyfin, name)
    visit.tab.field("Six-digit code").fill(app.code_of(8))
    visit.tab.press("Verify")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def second_factor_by_a_recovery_code(visit: Visit) -> None:
    second_factor(visit)
    visit.tab.link("Use a recovery code")
    visit.tab.field("Recovery code").wait_for()


@view
def second_factor_partly_switched_off(visit: Visit) -> None:
    _switch_off(visit, "credentials.authenticator = 'totp'")
    visit.tab.field("Recovery code").wait_for()


@view
def second_factor_switched_off(visit: Visit) -> None:
    _switch_off(visit, "1 = 1")
    visit.tab.shows("One more step")


def _switch_off(visit: Visit, which: str) -> None:
    name, _, _ = visit.house.careful_person()
    records.change(
        visit.house.server,
        f"UPDATE credentials SET disabled_at = 1 WHERE authenticator <> 'password' AND {which} "
        "AND user_id = (SELECT id FROM users WHERE username = ?)",
        name,
    )
    visit.sign_in_at(visit.house.jellyfin, name)


@view
def enrolment_choice(visit: Visit) -> None:
    visit.sign_in_at(visit.house.safe, visit.house.newcomer())
    visit.tab.shows("Secure your account")


@view
def enrolment_of_an_authenticator_app(visit: Visit) -> None:
    enrolment_choice(visit)
    visit.tab.press("Set up authenticator app")
    visit.tab.shows("Set up authenticator app")


@view
def enrolment_refused(visit: Visit) -> None:
    enrolment_of_an_authenticator_app(visit)
    visit.tab.field("Six-digit code").fill("000000")
    visit.tab.press("Confirm")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def enrolment_recovery_codes_offered(visit: Visit) -> None:
    enrolment_of_an_authenticator_app(visit)
    visit.tab.field("Six-digit code").fill(visit.tab.scan().code())
    visit.tab.press("Confirm")
    visit.tab.shows("Recovery codes")


@view
def enrolment_recovery_codes_shown(visit: Visit) -> None:
    enrolment_recovery_codes_offered(visit)
    visit.tab.press("Create recovery codes")
    visit.tab.button("I have saved them").wait_for()


@view
def enrolment_recovery_codes_running_out(visit: Visit) -> None:
    name, _, codes = visit.house.careful_person()
    records.change(
        visit.house.server,
        "DELETE FROM credentials WHERE authenticator = 'recovery_code' AND handle NOT IN (?, ?, ?) "
        "AND user_id = (SELECT id FROM users WHERE username = ?)",
        *(digest(code.replace("-", "")) for code in codes[:3]), name,
    )  # fmt: skip
    visit.sign_in_at(visit.house.jellyfin, name)
    visit.tab.link("Use a recovery code")
    visit.tab.field("Recovery code").fill(codes[0])
    visit.tab.press("Verify")
    visit.tab.shows("Recovery codes")


@view
def enrolment_of_a_passkey(visit: Visit) -> None:
    enrolment_choice(visit)
    visit.tab.press("Add a passkey")
    visit.tab.button("Create passkey").wait_for()


@view
def enrolment_of_a_passkey_without_script(visit: Visit) -> None:
    visit.tab.page.route("**/passkey.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    enrolment_choice(visit)
    visit.tab.press("Add a passkey")
    visit.tab.shows("Add a passkey")


@view
def second_factor_by_a_passkey(visit: Visit) -> None:
    name, device = add_passkey(visit.tab, visit.house)
    device.is_touched(False)  # or it would answer as soon as the page is there
    visit.sign_in_at(visit.house.jellyfin, name)
    visit.tab.button("Use a passkey").wait_for()


@view
def login_with_a_passkey_in_vain(visit: Visit) -> None:
    Authenticator(visit.tab.page)
    visit.tab.open(visit.house.link(visit.house.jellyfin))
    visit.tab.press("Sign in with a passkey")
    visit.tab.page.get_by_text("no passkey for this site").wait_for()


@view
def form_post(visit: Visit) -> None:
    # Held back, the script leaves the page as people see it who run none.
    visit.tab.page.route("**/form_post.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    visit.sign_in_at(visit.house.dashboard, response_mode="form_post")
    visit.tab.button("Continue").wait_for()


@view
def account(visit: Visit) -> None:
    visit.tab.open(visit.house.issuer)
    visit.tab.sign_in()
    visit.tab.shows("Your account")


@view
def account_without_groups(visit: Visit) -> None:
    visit.tab.open(visit.house.issuer)
    visit.tab.sign_in("robin")
    visit.tab.shows("Your account")


@view
def account_after_set_up(visit: Visit) -> None:
    visit.tab.open(visit.house.issuer)
    visit.tab.sign_in("robin")
    visit.tab.shows("Your account")
    visit.tab.open(f"{visit.house.issuer}/account?welcome=1")
    visit.tab.shows("Foyer is ready")


def administrator_at(visit: Visit, path: str) -> None:
    """Robin at a page of the administration."""
    visit.tab.open(f"{visit.house.issuer}{path}")
    visit.tab.sign_in("robin")
    visit.tab.page.wait_for_url(lambda url: "/interaction/" not in url)


@view
def admin_applications(visit: Visit) -> None:
    _ = visit.house.jellyfin, visit.house.photos, visit.house.vault
    administrator_at(visit, "/admin")
    visit.tab.shows("Applications")


@view
def admin_applications_not_found(visit: Visit) -> None:
    administrator_at(visit, "/admin/applications?q=nothing+like+it")
    visit.tab.shows("Applications")


@view
def admin_application(visit: Visit) -> None:
    administrator_at(visit, f"/admin/applications/{visit.house.photos}")
    visit.tab.shows("Holiday Photos")


@view
def admin_application_deleted(visit: Visit) -> None:
    administrator_at(visit, f"/admin/applications/{visit.house.vault}/delete")
    visit.tab.shows("Delete Vault?")


@view
def admin_mismatch(visit: Visit) -> None:
    administrator_at(visit, f"/admin/applications/{visit.house.television}")
    visit.tab.open(
        visit.house.link(visit.house.television, redirect_uri="http://tv.example.org:8096/sso/OID/redirect/Foyer/")
    )
    visit.tab.shows("The application’s return address doesn’t match")


@view
def admin_mismatch_to_be_added(visit: Visit) -> None:
    administrator_at(visit, f"/admin/applications/{visit.house.television}")
    visit.tab.open(visit.house.link(visit.house.television, redirect_uri="https://elsewhere.example.net/sso"))
    visit.tab.link("Add this address")
    visit.tab.shows("Add this address to Television?")


@view
def admin_address_added(visit: Visit) -> None:
    uri = "https://tv.example.org/sso/OID/r/foyer"
    administrator_at(visit, f"/admin/applications/{visit.house.television}/address?uri={uri}&again=a%3Db")
    visit.tab.shows("Address of Television")


@view
def admin_try_it(visit: Visit) -> None:
    administrator_at(visit, f"/admin/applications/{visit.house.television}/try?user=alice&way=password_and_code")
    visit.tab.shows("What would Television be told?")


@view
def admin_try_it_with_a_mistake(visit: Visit) -> None:
    administrator_at(visit, f"/admin/applications/{visit.house.vault}/try?user=nobody")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def admin_gallery(visit: Visit) -> None:
    administrator_at(visit, "/admin/gallery")
    visit.tab.shows("Add an application")


@view
def admin_gallery_not_found(visit: Visit) -> None:
    administrator_at(visit, "/admin/gallery?q=nothing")
    visit.tab.shows("Add an application")


@view
def admin_preset(visit: Visit) -> None:
    administrator_at(visit, "/admin/gallery/jellyfin-sso")
    visit.tab.shows("Add Jellyfin (SSO-Auth plugin)")


@view
def admin_preset_with_mistakes(visit: Visit) -> None:
    administrator_at(visit, "/admin/gallery/jellyfin-sso?app_url=ftp://x&name=Jellyfin")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def admin_preset_before_saving(visit: Visit) -> None:
    administrator_at(visit, "/admin/gallery/jellyfin-sso?app_url=https://tv.example.org&name=Cinema")
    visit.tab.shows("Add Cinema")


@view
def admin_sheet_with_the_secret(visit: Visit) -> None:
    name = f"Grafana {secrets.token_hex(3)}"
    administrator_at(visit, f"/admin/gallery/grafana?app_url=https://stats.example.org&name={name}")
    visit.tab.press("Add application")
    visit.tab.shows(f"{name}: what to enter there")


@view
def admin_sheet(visit: Visit) -> None:
    administrator_at(visit, f"/admin/applications/{visit.house.television}/sheet")
    visit.tab.shows("Television: what to enter there")


@view
def admin_secret(visit: Visit) -> None:
    administrator_at(visit, f"/admin/applications/{visit.house.photos}/secret")
    visit.tab.shows("A new secret for Holiday Photos")


@view
def admin_form(visit: Visit) -> None:
    administrator_at(visit, f"/admin/applications/{visit.house.vault}/edit")
    visit.tab.shows("Settings of Vault")


@view
def admin_form_with_mistakes(visit: Visit) -> None:
    administrator_at(visit, "/admin/gallery/blank")
    visit.tab.page.locator("#name").fill("Jellyfin")
    visit.tab.page.locator("#redirect_uris").fill("https://app.example.org/*")
    visit.tab.page.locator("#client_id").fill("a b")
    visit.tab.page.locator("#scopes-1").uncheck()
    visit.tab.press("Add application")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def sign_out(visit: Visit) -> None:
    account(visit)
    visit.tab.link("Sign out")
    visit.tab.shows("Sign out of Foyer?")


@view
def signed_out(visit: Visit) -> None:
    visit.tab.open(f"{visit.house.issuer}/logout")
    visit.tab.shows("You are signed out")


@view
def set_up_needed(visit: Visit) -> None:
    visit.tab.open(visit.empty.issuer)
    visit.tab.shows("There is no administrator yet")


@view
def set_up(visit: Visit) -> None:
    visit.tab.open(visit.set_up_link)
    visit.tab.shows("Create the administrator")


@view
def set_up_with_strength(visit: Visit) -> None:
    set_up(visit)
    visit.tab.field("Password").fill("password12345678")
    visit.tab.page.locator("#strength").wait_for()


@view
def set_up_with_mistakes(visit: Visit) -> None:
    set_up(visit)
    for label, text in {"User name": "9lives", "E-mail address": "nine@lives", "Password": "short"}.items():
        visit.tab.field(label).fill(text)
    visit.tab.press("Create administrator")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def set_up_without_script(visit: Visit) -> None:
    visit.tab.page.route("**/*.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    set_up(visit)
    visit.tab.field("Password").fill("correct horse battery staple")
    visit.tab.press("Check strength")
    visit.tab.page.locator("#strength-again").wait_for()


def restore_form(visit: Visit) -> None:
    visit.tab.open(visit.house.server.idp("setup-link").strip())
    visit.tab.page.locator("input[name=username]").fill("alice")
    visit.tab.page.locator("input[name=email]").fill("alice@example.org")
    visit.tab.page.locator("input[name=password]").fill("short")
    visit.tab.press("Create administrator")
    visit.tab.shows("Restore alice?")


@view
def restore(visit: Visit) -> None:
    restore_form(visit)


@view
def restore_with_mistakes(visit: Visit) -> None:
    restore_form(visit)
    visit.tab.page.locator("input[name=password]").fill("short")
    visit.tab.press("Restore alice")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def set_up_link_used(visit: Visit) -> None:
    visit.tab.open(f"{visit.empty.issuer}/setup?link=long-ago")
    visit.tab.shows("This link can’t be used any more")


@view
def error_unknown_application(visit: Visit) -> None:
    visit.tab.open(visit.house.link("cl_nobody"))
    visit.tab.shows("This application isn’t known here")


@view
def error_wrong_return_address(visit: Visit) -> None:
    visit.tab.open(
        visit.house.link(visit.house.jellyfin, redirect_uri="https://jellyfin.example.org/sso/OID/redirect/foyer/")
    )
    visit.tab.shows("The application’s return address doesn’t match")


@view
def error_damaged_link(visit: Visit) -> None:
    visit.tab.open(f"{visit.house.issuer}/authorize?client_id=a&client_id=b")
    visit.tab.heading().wait_for()


@view
def error_sign_in_over(visit: Visit) -> None:
    login(visit)
    visit.tab.open(f"{visit.house.issuer}/interaction/{'x' * 22}")
    visit.tab.shows("This sign-in is over")


@view
def error_without_cookie(visit: Visit) -> None:
    visit.tab.open(f"{visit.house.issuer}/interaction/{'x' * 22}")
    visit.tab.shows("This browser doesn’t know this sign-in")


@view
def error_stale_form(visit: Visit) -> None:
    login(visit)
    visit.tab.page.evaluate("document.forms['login-form'].csrf_token.value = 'stale'")
    visit.tab.sign_in()
    visit.tab.shows("This form can’t be used any more")


@view
def error_nothing_here(visit: Visit) -> None:
    visit.tab.open(f"{visit.house.issuer}/nowhere?{urlencode({'a': 'b'})}")
    visit.tab.shows("There is nothing here")
