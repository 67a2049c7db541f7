"""The pages of administrators about people and groups, by name, and how to get there."""

from __future__ import annotations

import secrets

from ..conftest import PASSWORD
from ..flows import records
from .authenticator import Authenticator
from .views import Visit, administrator_at, view


def number(visit: Visit, table: str, column: str, value: str) -> int:
    """The number of a row, as addresses name it."""
    return records.count(visit.house.server, f"SELECT id FROM {table} WHERE {column} = ?", value)


def about(visit: Visit, what: str = "", name: str = "alice") -> None:
    """Robin at a page about somebody."""
    administrator_at(visit, f"/admin/users/{number(visit, 'users', 'username', name)}{what}")


@view
def admin_people(visit: Visit) -> None:
    administrator_at(visit, "/admin/users")
    visit.tab.shows("Users")


@view
def admin_people_not_found(visit: Visit) -> None:
    administrator_at(visit, "/admin/users?q=nobody+like+this")
    visit.tab.shows("Users")


@view
def admin_person(visit: Visit) -> None:
    name, _, _ = visit.house.careful_person()
    about(visit, name=name)
    visit.tab.shows("Maria Example")


@view
def admin_person_add(visit: Visit) -> None:
    administrator_at(visit, "/admin/users/add")
    visit.tab.shows("Add a person")


@view
def admin_person_add_with_mistakes(visit: Visit) -> None:
    admin_person_add(visit)
    visit.tab.field("User name").fill("9lives")
    visit.tab.field("E-mail address").fill("nine@lives")
    visit.tab.press("Add")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def admin_person_edit(visit: Visit) -> None:
    about(visit, "/edit")
    visit.tab.shows("Change Alice Example")


@view
def admin_person_delete(visit: Visit) -> None:
    about(visit, "/delete")
    visit.tab.button("Delete for good").wait_for()


@view
def admin_person_last_administrator(visit: Visit) -> None:
    about(visit, "/disable", "robin")
    visit.tab.press("Disable")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def admin_person_link(visit: Visit) -> None:
    about(visit, "/link", visit.house.newcomer())
    visit.tab.press("Make the link")
    visit.tab.page.get_by_text("It is shown this once").wait_for()


@view
def admin_groups(visit: Visit) -> None:
    administrator_at(visit, "/admin/groups")
    visit.tab.shows("Groups")


@view
def admin_group(visit: Visit) -> None:
    administrator_at(visit, f"/admin/groups/{number(visit, 'groups', 'name', 'family')}")
    visit.tab.shows("family")


@view
def admin_group_add(visit: Visit) -> None:
    administrator_at(visit, "/admin/groups/add")
    visit.tab.shows("Add a group")


@view
def admin_group_add_members(visit: Visit) -> None:
    visit.house.newcomer()
    administrator_at(visit, f"/admin/groups/{number(visit, 'groups', 'name', 'family')}/add")
    visit.tab.shows("Put people into family")


@view
def admin_group_in_use(visit: Visit) -> None:
    _ = visit.house.vault
    administrator_at(visit, f"/admin/groups/{number(visit, 'groups', 'name', 'housekeeping')}/delete")
    visit.tab.shows("housekeeping can’t be deleted now")


@view
def admin_invitations(visit: Visit) -> None:
    admin_invitation_made(visit)
    visit.tab.link("Done")
    visit.tab.shows("Invitations")


@view
def admin_invitation_add(visit: Visit) -> None:
    administrator_at(visit, "/admin/invitations/add")
    visit.tab.shows("Invite people")


@view
def admin_invitation_made(visit: Visit) -> None:
    _ = visit.house.photos
    admin_invitation_add(visit)
    visit.tab.field("Where they land").select_option("Holiday Photos")
    visit.tab.field("For how many people").fill("3")
    visit.tab.press("Make the link")
    visit.tab.shows("Your invitation")


@view
def invitation(visit: Visit) -> None:
    admin_invitation_made(visit)
    link = visit.tab.page.locator("#invitation-link").text_content()
    assert link is not None
    visit.tab.page.context.clear_cookies()
    visit.tab.open(link)
    visit.tab.shows("You are invited")


@view
def invitation_ready(visit: Visit) -> None:
    Authenticator(visit.tab.page)
    invitation(visit)
    name = f"guest-{secrets.token_hex(3)}"
    visit.tab.field("User name").fill(name)
    visit.tab.field("E-mail address").fill(f"{name}@example.org")
    visit.tab.field("Password").fill(PASSWORD)
    visit.tab.press("Create account and add a passkey")
    visit.tab.press("Create passkey")
    visit.tab.press("Create recovery codes")
    visit.tab.press("I have saved them")
    visit.tab.shows("Your account is ready")


@view
def invitation_worthless(visit: Visit) -> None:
    visit.tab.open(f"{visit.house.issuer}/invitation?link=long-ago")
    visit.tab.shows("This invitation can’t be used any more")
