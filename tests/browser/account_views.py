"""The pages of somebody's own account, by name, and how to get there; `test_views` looks at them like at all others."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from ..conftest import PASSWORD
from ..flows.visitors import visitor
from .views import Visit, view

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/604.1"


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


@view
def account_devices(visit: Visit) -> None:
    name = visit.house.newcomer()
    other = visitor(visit.house.server, **{"User-Agent": IPHONE})
    other.get("/account")
    other.submit(username=name, password=PASSWORD)
    at(visit, "/account/devices", name)
    visit.tab.page.get_by_text("Safari on iPhone", exact=True).wait_for()


@view
def account_devices_alone(visit: Visit) -> None:
    at(visit, "/account/devices", visit.house.newcomer())
    visit.tab.page.get_by_text("You are signed in nowhere else.").wait_for()


@view
def account_applications(visit: Visit) -> None:
    assert visit.house.photos
    visit.sign_in_at(visit.house.jellyfin, prompt="consent")
    visit.tab.press("Allow")
    visit.tab.arrives_at(visit.house.site.origin)
    visit.tab.open(visit.house.issuer + "/account/applications")
    visit.tab.page.get_by_text("What it may see").first.click()


@view
def account_activity(visit: Visit) -> None:
    name = visit.house.newcomer()
    for _ in range(2):
        visit.tab.open(visit.house.issuer)
        visit.tab.sign_in(name, "not my password")
        visit.tab.page.get_by_role("alert").wait_for()
    visit.tab.sign_in(name)
    visit.tab.shows("Your account")
    visit.tab.open(visit.house.issuer + "/account/activity")
    visit.tab.page.get_by_text("A wrong password was tried").first.wait_for()


def photograph(width: int = 900, height: int = 1_200) -> dict[str, Any]:
    """A picture as a camera makes it, as Playwright chooses files."""
    made = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(made, "JPEG")
    return {"name": "holiday.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


@view
def account_picture(visit: Visit) -> None:
    at(visit, "/account/picture")
    visit.tab.shows("Your picture")


@view
def account_picture_chosen(visit: Visit) -> None:
    account_picture(visit)
    visit.tab.field("Picture").set_input_files([photograph()])  # type: ignore[list-item]
    visit.tab.page.get_by_role("group", name="Choose the part to show").wait_for()


@view
def account_picture_refused(visit: Visit) -> None:
    account_picture(visit)
    visit.tab.field("Picture").set_input_files([{**photograph(), "buffer": b"not a picture"}])  # type: ignore[list-item]
    visit.tab.press("Save")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def account_with_a_picture(visit: Visit) -> None:
    at(visit, "/account/picture", visit.house.newcomer())
    visit.tab.field("Picture").set_input_files([photograph()])  # type: ignore[list-item]
    visit.tab.press("Save")
    visit.tab.shows("Your account")
