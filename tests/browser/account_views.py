"""The pages of somebody's own account, by name, and how to get there; `test_views` looks at them like at all others."""

from __future__ import annotations

from .views import Visit, view


def at(visit: Visit, path: str, username: str = "alice") -> None:
    visit.tab.open(visit.house.issuer)
    visit.tab.sign_in(username)
    visit.tab.shows("Your account")
    visit.tab.open(visit.house.issuer + path)


@view
def account_profile(visit: Visit) -> None:
    at(visit, "/account/profile")
    visit.tab.shows("Your details")


@view
def account_profile_with_mistakes(visit: Visit) -> None:
    at(visit, "/account/profile")
    visit.tab.field("Time zone (optional)").fill("nowhere")
    visit.tab.press("Save")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def account_with_something_done(visit: Visit) -> None:
    at(visit, "/account/profile")
    visit.tab.press("Save")
    visit.tab.page.get_by_role("status").wait_for()


@view
def account_email(visit: Visit) -> None:
    at(visit, "/account/email")
    visit.tab.shows("Your e-mail address")


def careful(visit: Visit, path: str) -> None:
    """Go to a page as somebody with an authenticator app and recovery codes."""
    name, app, _codes = visit.house.careful_person()
    visit.tab.open(visit.house.issuer + path)
    visit.tab.sign_in(name)
    visit.tab.field("Six-digit code").fill(app.code())
    visit.tab.press("Verify")
    visit.tab.page.wait_for_url("**/account**")


@view
def account_security_without_anything(visit: Visit) -> None:
    at(visit, "/account/security")
    visit.tab.shows("Security")


@view
def account_security(visit: Visit) -> None:
    careful(visit, "/account/security")
    visit.tab.shows("Security")


@view
def account_password(visit: Visit) -> None:
    at(visit, "/account/security/password")
    visit.tab.shows("Change your password")


@view
def account_password_refused(visit: Visit) -> None:
    account_password(visit)
    visit.tab.field("New password").fill("alice alice alice")
    visit.tab.press("Save password")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def account_factor(visit: Visit) -> None:
    account_security(visit)
    visit.tab.page.get_by_role("link", name="Rename").first.click()
    visit.tab.field("Name").wait_for()


@view
def account_confirm(visit: Visit) -> None:
    account_security(visit)
    visit.tab.page.get_by_role("link", name="Remove").first.click()
    visit.tab.button("Remove").wait_for()


@view
def account_recovery_codes(visit: Visit) -> None:
    careful(visit, "/account/security/recovery-codes")
    visit.tab.button("Create recovery codes").wait_for()


@view
def account_recovery_codes_shown(visit: Visit) -> None:
    account_recovery_codes(visit)
    visit.tab.press("Create recovery codes")
    visit.tab.shows("Your new recovery codes")


@view
def account_recovery_codes_without_anything(visit: Visit) -> None:
    at(visit, "/account/security/recovery-codes")
    visit.tab.shows("Recovery codes")
