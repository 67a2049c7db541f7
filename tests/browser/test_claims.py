"""Custom claims, set with nothing but the keyboard, and told to an application."""

from __future__ import annotations

import json
import secrets

from playwright.sync_api import expect

from ..flows.application import Application
from ..flows.visitors import visitor
from .house import House
from .people_views import number
from .tab import Tab
from .views import Visit, administrator_at


def test_claims_are_set_changed_and_removed_by_keyboard_and_reach_an_application(tab: Tab, house: House) -> None:
    name = f"ida{secrets.token_hex(4)}"
    house.server.add_user(name, "correct horse battery staple")
    visit = Visit(tab, house, house.server, "", house.server)
    here = f"/admin/users/{number(visit, 'users', 'username', name)}"
    administrator_at(visit, f"{here}/claims")
    tab.shows(f"Details of {name} for applications")
    keys = tab.page.keyboard
    tab.field("Name").focus()
    keys.type("immich_quota")
    keys.press("Tab")
    keys.type("Number")
    keys.press("Tab")
    keys.type("fifty")
    tab.field("Name").focus()
    keys.press("Enter")  # saves, though the button that adds a row stands before the one that saves for nobody
    tab.page.get_by_role("alert").wait_for()
    tab.page.get_by_role("link", name="value of immich_quota").focus()
    keys.press("Enter")
    expect(tab.field("Value").first).to_be_focused()
    expect(tab.field("Kind").first).to_have_value("number")
    keys.press("Control+A")
    keys.type("50")
    tab.button("One more row").focus()
    keys.press("Enter")
    tab.page.get_by_text("Nothing has been saved yet").wait_for()
    expect(tab.field("Name").nth(1)).to_be_focused()
    keys.type("immich_role")
    keys.press("Tab")
    keys.press("Tab")
    keys.type("admin")
    tab.field("Name").nth(1).focus()
    keys.press("Enter")
    tab.page.get_by_text("The details have been saved.").wait_for()
    tab.shows(name)
    assert told(house, name) == {"immich_quota": 50, "immich_role": "admin"}
    tab.page.get_by_role("link", name="Change details for applications").focus()
    keys.press("Enter")
    tab.button("Remove immich_quota").focus()
    keys.press("Enter")
    expect(tab.page.get_by_role("status")).to_contain_text("Nothing has been saved yet")
    tab.button("Save").focus()
    keys.press("Enter")
    tab.page.get_by_text("The details have been saved.").wait_for()
    assert told(house, name) == {"immich_role": "admin"}


def told(house: House, name: str) -> dict[str, object]:
    """The custom claims of somebody in an ID token."""
    application = Application(house.server, "--skip-consent")
    claims = application.claims(application.tokens(visitor(house.server), name)["id_token"])
    found: dict[str, object] = json.loads(json.dumps(claims))
    return {claim: value for claim, value in found.items() if claim.startswith("immich")}
