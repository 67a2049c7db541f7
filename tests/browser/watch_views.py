"""The pages of administrators about what happens and how the provider is, by name, and how to get there."""

from __future__ import annotations

from ..flows import records
from ..flows.visitors import visitor
from .views import Visit, administrator_at, view


@view
def admin_activity(visit: Visit) -> None:
    administrator_at(visit, "/admin/activity")
    visit.tab.shows("Activity")


@view
def admin_activity_with_nothing_found(visit: Visit) -> None:
    administrator_at(visit, "/admin/activity?user=nobody&from=someday")
    visit.tab.page.get_by_text("Nothing like that has happened.").wait_for()


@view
def admin_activity_of_a_sign_in_that_failed(visit: Visit) -> None:
    somebody = visitor(visit.house.server)
    somebody.get(visit.house.link(visit.house.vault))
    somebody.submit(username="alice", password="not hers at all")
    somebody.submit(username="alice", password="correct horse battery staple")
    administrator_at(visit, f"/admin/activity/{newest(visit, 'access.denied')}")
    visit.tab.shows("One sign-in")


@view
def admin_activity_of_a_wrong_return_address(visit: Visit) -> None:
    visitor(visit.house.server).get(
        visit.house.link(visit.house.jellyfin, redirect_uri="https://tv.example.org/sso/OID/redirect/another-name")
    )
    administrator_at(visit, f"/admin/activity/{newest(visit, 'page.refused')}")
    visit.tab.shows("One event")


@view
def admin_keys(visit: Visit) -> None:
    administrator_at(visit, "/admin/keys")
    visit.tab.shows("Keys")


def newest(visit: Visit, event: str) -> int:
    """The number of the newest event of a kind."""
    return records.count(visit.house.server, "SELECT max(id) FROM activities WHERE event = ?", event)


@view
def admin_settings(visit: Visit) -> None:
    administrator_at(visit, "/admin/settings")
    visit.tab.shows("Settings")


@view
def admin_try_a_real_sign_in(visit: Visit) -> None:
    administrator_at(visit, "/admin/try")
    visit.tab.shows("Try a real sign-in")


@view
def admin_a_real_sign_in_that_works(visit: Visit) -> None:
    administrator_at(visit, "/admin/try")
    visit.tab.press("Sign in")
    visit.tab.shows("The sign-in works")


@view
def admin_a_real_sign_in_that_fails(visit: Visit) -> None:
    administrator_at(visit, "/admin/try")
    visit.tab.page.evaluate("Date.now = () => new Date(2020, 1, 1).getTime()")
    visit.tab.press("Sign in")
    visit.tab.shows("The sign-in doesn’t work yet")


@view
def admin_health(visit: Visit) -> None:
    administrator_at(visit, "/admin/health")
    visit.tab.shows("Health")
