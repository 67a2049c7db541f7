"""The pages of signing out, as applications bring people there."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlencode

from ..flows.application import Application
from .house import House
from .views import Visit, view


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
