"""The pages of administrators on which custom claims are edited and shown, by name, and how to get there."""

from __future__ import annotations

import secrets

from .people_views import number
from .views import Visit, administrator_at, view

SOME = ("--claim", "immich_role=admin", "--claim-json", "immich_quota=50", "--claim-json", "beta=true", "--claim-json",
        'abspermissions={"canDownload":true,"canUpload":false,"allowedLibraries":["5406ba8a-16e1-451d-96d7-4931b0a0d966"]}')  # fmt: skip


def somebody(visit: Visit, *options: str) -> str:
    """The address of a person with claims of their own."""
    name = f"maria{secrets.token_hex(4)}"
    visit.house.server.idp("user", "add", name, "--email", f"{name}@example.org", "--display-name", "Maria Example")
    if options:
        visit.house.server.idp("user", "set", name, *options)
    return f"/admin/users/{number(visit, 'users', 'username', name)}"


def photo_library(visit: Visit) -> str:
    """The address of an application that knows some."""
    name = f"Immich {secrets.token_hex(3)}"
    client_id = f"immich-{secrets.token_hex(4)}"
    visit.house.server.idp(
        "client", "add", name, "--preset", "immich", "--app-url", "https://photos.example.org", "--client-id", client_id, "--claim",
        "tier=family",
    )  # fmt: skip
    return f"/admin/applications/{client_id}"


@view
def admin_claims(visit: Visit) -> None:
    administrator_at(visit, f"{somebody(visit, *SOME)}/claims")
    visit.tab.shows("Details of Maria Example for applications")


@view
def admin_claims_with_mistakes(visit: Visit) -> None:
    administrator_at(visit, f"{somebody(visit)}/claims")
    visit.tab.field("Name").fill("email")
    visit.tab.field("Value").fill("maria@example.com")
    visit.tab.press("One more row")
    visit.tab.field("Name").nth(1).fill("immich_quota")
    visit.tab.field("Kind").nth(1).select_option("Number")
    visit.tab.field("Value").nth(1).fill("fifty")
    visit.tab.press("Save")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def admin_claims_of_an_application(visit: Visit) -> None:
    administrator_at(visit, f"{photo_library(visit)}/claims")
    visit.tab.page.get_by_role("heading", name="Applications here know these").wait_for()


@view
def admin_claims_changed(visit: Visit) -> None:
    admin_claims_of_an_application(visit)
    visit.tab.press("Add immich_quota")
    visit.tab.page.get_by_text("Nothing has been saved yet").wait_for()


@view
def admin_person_with_claims(visit: Visit) -> None:
    administrator_at(visit, somebody(visit, *SOME))
    visit.tab.shows("Maria Example")


@view
def admin_sheet_with_claims(visit: Visit) -> None:
    administrator_at(visit, f"{photo_library(visit)}/sheet")
    visit.tab.page.get_by_role("heading", name="Details that it knows").wait_for()


@view
def consent_with_claims(visit: Visit) -> None:
    name = f"noor{secrets.token_hex(4)}"
    visit.house.server.add_user(name, "correct horse battery staple", "--display-name", "Noor Example")
    visit.house.server.idp("user", "set", name, *SOME)
    visit.sign_in_at(visit.house.jellyfin, name, prompt="consent")
    visit.tab.page.get_by_text("What an administrator has noted for you").wait_for()
