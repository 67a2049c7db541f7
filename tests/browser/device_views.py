"""The pages for who lets a television in, by name, and how to get there."""

from __future__ import annotations

from ..flows.television import Television
from .views import Visit, administrator_at, view


def television(visit: Visit) -> Television:
    """A television, which shows a code."""
    return Television(visit.house.server, "--auth-method", "none")


def asked(visit: Visit, *options: str) -> Television:
    """Type a television's code and sign in; returns the television."""
    device = Television(visit.house.server, *options)
    visit.tab.open(device.code()["verification_uri_complete"])
    visit.tab.press("Continue")
    visit.tab.sign_in()
    return device


@view
def device_code(visit: Visit) -> None:
    visit.tab.open(f"{visit.house.issuer}/device")
    visit.tab.shows("Sign in on a device")


@view
def device_code_by_link_and_with_the_phone(visit: Visit) -> None:
    visit.tab.open(television(visit).code()["verification_uri_complete"])
    visit.tab.page.get_by_text("Go on with your phone").click()
    visit.tab.page.get_by_role("img", name="QR code that opens this page.").wait_for()


@view
def device_code_refused(visit: Visit) -> None:
    device_code(visit)
    visit.tab.field("Code").fill("BCDF-GHJ")
    visit.tab.press("Continue")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def device_login(visit: Visit) -> None:
    visit.tab.open(television(visit).code()["verification_uri_complete"])
    visit.tab.press("Continue")
    visit.tab.shows("Sign in")


@view
def device_asks_to_be_let_in(visit: Visit) -> None:
    asked(visit)
    visit.tab.shows("Let this device into your account?")


@view
def device_of_an_application_for_others(visit: Visit) -> None:
    asked(visit, "--group", "housekeeping")
    visit.tab.button("Don’t let the device in").wait_for()


@view
def device_let_in(visit: Visit) -> None:
    device_asks_to_be_let_in(visit)
    visit.tab.press("Allow")
    visit.tab.shows("You can go back to your device")


@view
def device_stays_out(visit: Visit) -> None:
    device_asks_to_be_let_in(visit)
    visit.tab.press("Deny")
    visit.tab.shows("The device stays out")


@view
def admin_sheet_of_a_device(visit: Visit) -> None:
    device = television(visit)
    administrator_at(visit, f"/admin/applications/{device.id}/sheet")
    visit.tab.page.get_by_role("term").filter(has_text="Device authorization endpoint").wait_for()
