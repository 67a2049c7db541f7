"""Every page: accessible in light and dark, whole on a small screen, without complaints of the browser.

With a folder's name in IDP_TEST_SCREENSHOTS the pages are also drawn there, wide and narrow, light and dark.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from ..server import Server
from . import (  # noqa: F401  note their pages
    account_views,
    claims_views,
    device_views,
    forgotten_views,
    keys_views,
    logout_views,
    people_views,
    registration_views,
    settings_views,
    watch_views,
)
from .axe import Axe
from .house import House
from .tab import Tab
from .views import VIEWS, Visit

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
SMALLEST = {"width": 320, "height": 640}  # WCAG 2.2 1.4.10
SCHEMES = ("light", "dark")


@pytest.fixture(params=VIEWS)
def page(
    request: pytest.FixtureRequest, tab: Tab, house: House, empty_house: Server, unused_link: str, mailing_house: Server
) -> Page:
    """A tab that shows one of the pages."""
    VIEWS[request.param](Visit(tab, house, empty_house, unused_link, mailing_house))
    tab.page.wait_for_load_state()  # with its pictures
    draw(tab.page, request.param)
    return tab.page


def test_a_page_is_accessible_and_fits_a_small_screen(page: Page, axe: Axe) -> None:
    # Colours don't depend on the width: once wide and light, once narrow and dark finds what there is to find.
    page.emulate_media(color_scheme="light", reduced_motion="reduce")  # else buttons are between two colours
    assert axe.violations(page) == []
    page.set_viewport_size(SMALLEST)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALLEST["width"]


def test_the_checker_finds_what_is_wrong(tab: Tab, axe: Axe) -> None:
    tab.page.set_content('<html lang="en"><title>Page</title><main><h1>Page</h1><input></main></html>')
    (violation,) = axe.violations(tab.page)
    assert violation.startswith("label:")


ACCOUNT = (
    "activity", "applications", "confirm", "devices", "email", "factor", "index", "password", "picture", "profile", "recovery_codes", "security",
)  # fmt: skip
APPLICATIONS = (
    "address",
    "applying",
    "details",
    "form",
    "gallery",
    "list",
    "look",
    "mismatch",
    "preset",
    "secret",
    "sheet",
    "trial",
    "trial_result",
    "try_it",
)


def test_every_template_of_a_page_is_among_the_views() -> None:
    templates = Path(__file__).parents[2] / "templates"
    parts = {"base.html", "house.html", "macros.html", "account/layout.html", "account/_what_next.html"}
    parts |= {
        "admin/layout.html",
        "admin/_list.html",
        "admin/_fields.html",
        "admin/_claims.html",
        "admin/users/_fields.html",
        "admin/applications/_health.html",
        "admin/applications/_difference.html",
    }
    pages = {str(path.relative_to(templates)) for path in templates.rglob("*.html")} - parts
    pages -= {page for page in pages if page.startswith("authenticators/")}  # forms on the pages of steps
    assert pages == {
        *(f"account/{name}.html" for name in ACCOUNT),
        *(f"admin/activity/{name}.html" for name in ("list", "timeline")),
        "admin/confirm.html",
        "admin/claims.html",
        *(f"admin/{name}.html" for name in ("health", "keys", "logo", "settings")),
        *(f"admin/applications/{name}.html" for name in APPLICATIONS),
        *(f"admin/groups/{name}.html" for name in ("add_members", "form", "group", "in_use", "list")),
        *(f"admin/invitations/{name}.html" for name in ("form", "list", "made")),
        *(f"admin/registration/{name}.html" for name in ("form", "list", "made")),
        *(f"admin/users/{name}.html" for name in ("add", "edit", "link", "list", "person")),
        *(f"device/{name}.html" for name in ("code", "done")),
        "error.html",
        *(f"forgot_password/{name}.html" for name in ("ask", "asked", "who_can_help")),
        "form_post.html",
        "interaction/access.html",
        "interaction/consent.html",
        "interaction/device.html",
        "interaction/enrolment.html",
        "interaction/login.html",
        "interaction/second_factor.html",
        "invitation/accept.html",
        "invitation/ready.html",
        "logout.html",
        "setup/create.html",
        "setup/restore.html",
        "sign_in_link.html",
        "signed_out.html",
    }, "add the new page to views.py, then here"


def draw(page: Page, name: str) -> None:
    """Draw the page, where somebody has asked for that."""
    folder = os.environ.get("IDP_TEST_SCREENSHOTS")
    if not folder:
        return
    usual = page.viewport_size
    for width, size in {"wide": WIDE, "narrow": NARROW}.items():
        page.set_viewport_size(size)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=Path(folder) / f"{name}-{width}-{scheme}.png", full_page=True, animations="disabled")
    assert usual is not None
    page.set_viewport_size(usual)
