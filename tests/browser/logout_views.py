"""The pages of signing out, as applications bring people there."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlencode

from ..flows.application import Application
from .house import House
from .views import Visit, administrator_at, view
from .watch_views import newest


@cache
def _applications(house: House) -> list[Application]:
    site = house.site
    after = ("--skip-consent", "--post-logout-redirect-uri", f"{site.origin}/bye")
    with_page = ("--frontchannel-logout-uri", f"{site.origin}/out")
    return [
        Application(house.server, *after, *more, redirect_uri=site.redirect_uri, name=name)
        for name, more in (
            ("Holiday pictures of the whole family", with_page),
            ("Recipes", ("--app-url", f"{site.origin}/")),
            ("Films that can’t be told", ("--backchannel-logout-uri", "http://films.lan:8096/sso/told")),
            ("Radio", with_page),
        )
    ]


def _signed_in_everywhere(visit: Visit) -> str:
    """Sign in to all of them; returns the last one's ID token."""
    token = ""
    for number, app in enumerate(_applications(visit.house)):
        visit.tab.open(app.url())
        if number == 0:
            visit.tab.sign_in()
        visit.tab.arrives_at(visit.house.site.origin)
        token = app.exchange(app.answer(visit.tab.page.url)["code"]).json()["id_token"]
    return token


def _leave(visit: Visit, **parameters: str) -> None:
    visit.tab.open(f"{visit.house.issuer}/logout?{urlencode(parameters)}")


@view
def logout_by_an_application(visit: Visit) -> None:
    _signed_in_everywhere(visit)
    app = _applications(visit.house)[0]
    _leave(visit, client_id=app.id, post_logout_redirect_uri=f"{visit.house.site.origin}/bye")
    visit.tab.shows("Sign out of Foyer?")


@view
def signed_out_with_receipts(visit: Visit) -> None:
    _leave(visit, id_token_hint=_signed_in_everywhere(visit))
    visit.tab.shows("You are signed out")


@view
def signed_out_on_the_way_back(visit: Visit) -> None:
    token = _signed_in_everywhere(visit)
    visit.tab.page.route("**/signed_out.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    _leave(visit, id_token_hint=token, post_logout_redirect_uri=f"{visit.house.site.origin}/bye")
    visit.tab.shows("You are signed out")


@view
def signed_out_before_with_a_way_back(visit: Visit) -> None:
    app = _applications(visit.house)[0]
    _leave(visit, client_id=app.id, post_logout_redirect_uri=f"{visit.house.site.origin}/bye")
    visit.tab.shows("You are signed out")


@view
def logout_to_an_address_that_is_not_registered(visit: Visit) -> None:
    app = _applications(visit.house)[0]
    _leave(
        visit, client_id=app.id, post_logout_redirect_uri="https://pictures.example.org/after/signing/out?from=foyer"
    )
    visit.tab.shows("The application’s address after signing out doesn’t match")


@view
def logout_with_a_proof_that_is_none(visit: Visit) -> None:
    _leave(visit, id_token_hint="a.b.c")
    visit.tab.shows("This sign-out can’t be trusted")


@view
def admin_application_that_can_not_be_told_of_sign_outs(visit: Visit) -> None:
    administrator_at(visit, f"/admin/applications/{_applications(visit.house)[2].id}")
    visit.tab.shows("Films that can’t be told")


@view
def admin_activity_of_a_sign_out_that_could_not_be_told(visit: Visit) -> None:
    signed_out_with_receipts(visit)
    administrator_at(visit, f"/admin/activity/{newest(visit, 'logout.delayed')}")
    visit.tab.shows("One event")


@view
def admin_application_form_when_people_sign_out(visit: Visit) -> None:
    administrator_at(visit, f"/admin/applications/{_applications(visit.house)[2].id}/edit")
    visit.tab.page.get_by_role("heading", name="When people sign out").scroll_into_view_if_needed()
