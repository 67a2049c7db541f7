"""Custom claims, set with nothing but the keyboard, and told to an application."""

from __future__ import annotations

import json
import secrets

import pytest
from playwright.sync_api import expect

from ..conftest import PASSWORD
from ..flows.application import Application
from ..flows.visitors import visitor
from ..peers.strict import audiobookshelf, immich
from ..peers.strict.wire import Refused
from .house import House
from .people_views import number
from .sheet import SheetPage
from .tab import Tab
from .test_admin_applications import signs_in, through_the_form
from .views import Visit, administrator_at


def test_claims_are_set_changed_and_removed_by_keyboard_and_reach_an_application(tab: Tab, house: House) -> None:
    name = f"ida{secrets.token_hex(4)}"
    house.server.add_user(name, PASSWORD)
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


def suggested(tab: Tab, house: House, username: str, **values: str) -> None:
    """Set claims of somebody by the rows that the applications here suggest."""
    visit = Visit(tab, house, house.server, "", house.server)
    tab.open(f"{house.issuer}/admin/users/{number(visit, 'users', 'username', username)}/claims")
    for claim, value in values.items():
        tab.press(f"Add {claim}")
        expect(tab.field("Name").last).to_have_value(claim)  # not yet so on the page before
        tab.page.get_by_text("Nothing has been saved yet").wait_for()
        tab.field("Value").last.fill(value)
    tab.press("Save")
    tab.page.get_by_text("The details have been saved.").wait_for()


def added(tab: Tab, house: House, preset: str, app_url: str) -> SheetPage:
    """The sheet of an application that Robin has just added from the gallery."""
    tab.open(f"{house.issuer}/admin/gallery/{preset}")
    tab.sign_in("robin")
    return through_the_form(tab, app_url)


def test_from_the_gallery_to_immich_with_role_and_quota(either_tab: Tab, house: House) -> None:
    sheet = added(either_tab, house, "immich", "http://localhost:2283")
    expect(either_tab.page.get_by_role("main")).to_contain_text("immich_quota: How much they may store, in GiB")
    application = immich.Immich(
        sheet["Issuer URL"], sheet.client(secret="Client Secret"), "http://localhost:2283", scope=sheet["Scope"],
        algorithm=sheet["Signing Algorithm"],
    )  # fmt: skip
    name = f"ira{secrets.token_hex(4)}"
    house.server.add_user(name, PASSWORD)
    suggested(either_tab, house, name, immich_role="admin", immich_quota="500")
    claimed = {"role_claim": sheet["Role Claim"], "quota_claim": sheet["Storage Quota Claim"]}
    for redirect_uri in application.redirect_uris:
        claims = application.callback(signs_in(house.server, application.start(redirect_uri), name))
        assert application.new_account(claims, **claimed) == {"is_admin": True, "quota": 500}
    claims = application.callback(signs_in(house.server, application.start(redirect_uri)))
    assert application.new_account(claims, **claimed) == {"is_admin": False, "quota": 0}


def test_from_the_gallery_to_audiobookshelf_with_rights_one_by_one(either_tab: Tab, house: House) -> None:
    sheet = added(either_tab, house, "audiobookshelf", "http://localhost:13378")
    application = audiobookshelf.Audiobookshelf(
        sheet["Issuer URL"], sheet.client(secret="Client Secret"), algorithm=sheet["Signing Algorithm"],
        permissions_claim=sheet["Advanced Permission Claim"],
    )  # fmt: skip
    name = f"abe{secrets.token_hex(4)}"
    house.server.add_user(name, PASSWORD)
    start = sheet.redirect_uris[0]
    with pytest.raises(Refused, match="not found"):
        application.callback(signs_in(house.server, application.start(start), name))
    rights = {"canDownload": True, "canDelete": False, "canAccessAllLibraries": False, "allowedLibraries": ["books"]}
    suggested(either_tab, house, name, abspermissions=json.dumps(rights, indent=1))
    account = application.callback(signs_in(house.server, application.start(start), name))
    assert account == {"username": name, "role": "user", "permissions": rights}


def told(house: House, name: str) -> dict[str, object]:
    """The custom claims of somebody in an ID token."""
    application = Application(house.server, "--skip-consent")
    claims = application.claims(application.tokens(visitor(house.server), name)["id_token"])
    found: dict[str, object] = json.loads(json.dumps(claims))
    return {claim: value for claim, value in found.items() if claim.startswith("immich")}
