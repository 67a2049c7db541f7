"""The pages of administrators about settings, logos and presets for what is there, by name, and how to get there."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw

from .views import Visit, administrator_at, view


def drawing(width: int = 480, height: int = 160) -> dict[str, Any]:
    """A logo on transparent ground, as Playwright chooses files."""
    image = Image.new("RGBA", (width, height))
    ImageDraw.Draw(image).ellipse((4, 4, width - 4, height - 4), fill=(214, 80, 40, 255))
    made = io.BytesIO()
    image.save(made, "PNG")
    return {"name": "logo.png", "mimeType": "image/png", "buffer": made.getvalue()}


def back_to_usual(visit: Visit) -> None:
    """Leave the house as the other pages know it."""
    visit.house.server.idp("settings", "set", "--name", "", "--accent", "", "--no-logo")


def hang_up_a_logo(visit: Visit) -> None:
    """Give the house a logo in its settings."""
    administrator_at(visit, "/admin/settings/logo")
    visit.tab.field("File").set_input_files([drawing()])  # type: ignore[list-item]
    visit.tab.press("Save")
    visit.tab.shows("Settings")


@view
def admin_settings_of_their_own(visit: Visit) -> None:
    visit.house.server.idp("settings", "set", "--name", "The Lodge at the Lake", "--accent", "#ffcc00")
    hang_up_a_logo(visit)
    visit.tab.page.get_by_text("is shown as").wait_for()
    visit.tab.page.wait_for_load_state()  # with the logo, which there is only now
    back_to_usual(visit)


@view
def admin_settings_with_mistakes(visit: Visit) -> None:
    administrator_at(visit, "/admin/settings")
    visit.tab.page.evaluate("document.getElementById('name').maxLength = 99")
    visit.tab.field("Name (optional)").fill("long " * 14)
    visit.tab.press("Save")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def login_of_a_house_with_colour_and_logo(visit: Visit) -> None:
    visit.house.server.idp("settings", "set", "--name", "The Lodge at the Lake", "--accent", "#d6336c")
    hang_up_a_logo(visit)
    visit.tab.page.context.clear_cookies()
    visit.tab.open(visit.house.link(visit.house.jellyfin))
    visit.tab.shows("Sign in")
    back_to_usual(visit)


@view
def admin_logo(visit: Visit) -> None:
    administrator_at(visit, "/admin/settings/logo")
    visit.tab.shows("Logo")


@view
def admin_logo_refused(visit: Visit) -> None:
    admin_logo(visit)
    visit.tab.field("File").set_input_files([{**drawing(), "buffer": b"<svg onload='alert(1)'/>"}])  # type: ignore[list-item]
    visit.tab.press("Save")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def admin_application_logo(visit: Visit) -> None:
    administrator_at(visit, f"/admin/applications/{visit.house.dashboard}/logo")
    visit.tab.field("File").set_input_files([drawing(300, 300)])  # type: ignore[list-item]
    visit.tab.press("Save")
    visit.tab.shows("Dashboard")
    visit.tab.link("Choose a logo")
    visit.tab.shows("Logo of Dashboard")


@view
def admin_application_preset_later(visit: Visit) -> None:
    administrator_at(visit, f"/admin/applications/{visit.house.dashboard}/preset")
    visit.tab.field("Which application it is").select_option("jellyfin-sso")
    visit.tab.field("Address of the application (optional)").fill("https://films.example.org")
    visit.tab.press("See what would change")
    visit.tab.page.get_by_role("heading", name="What would change").wait_for()
