"""Who gets into `/admin`, and how fresh their sign-in has to be."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from idp import clock as wall_clock
from idp.storage import credentials, sessions
from idp.web import admin
from tests import given
from tests.conftest import Clock
from tests.web.conftest import Visitor

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def routes(app: Flask) -> list[tuple[str, set[str]]]:
    """Every address of the administration with its methods, with something in the place of its parts."""
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("admin."):
            found.setdefault(re.sub(r"<(int:)?[^>]+>", "1", rule.rule), set()).update(rule.methods or ())
    return list(found.items())


def test_every_page_is_below_the_address_that_is_guarded(app: Flask) -> None:
    found = routes(app)
    assert len(found) >= 2
    for address, _ in found:
        assert address == "/admin" or address.startswith("/admin/"), address


def test_to_people_who_are_no_administrators_there_is_nothing(app: Flask, visit: Callable[..., Visitor]) -> None:
    ada = visit(given.user("ada"))
    for address in [*dict(routes(app)), "/admin/", "/admin/nowhere", "/admin/applications/1/nowhere"]:
        for method in METHODS:
            answer = ada.browser.open(address, method=method)
            assert answer.status_code == 404, (method, address)
            assert "Applications" not in answer.text


def test_strangers_are_asked_to_sign_in_whatever_they_ask_for(app: Flask, browser: FlaskClient) -> None:
    given.user("robin", is_admin=True)
    for address in [*dict(routes(app)), "/admin/nowhere"]:
        for method in METHODS:
            answer = browser.open(address, method=method)
            if method in ("GET", "HEAD", "POST"):
                assert answer.status_code == 303 and answer.location.startswith("/interaction/"), (method, address)
            else:
                assert answer.status_code == 404, (method, address)


def test_who_was_an_administrator_a_moment_ago_is_none(root: Visitor) -> None:
    assert root.get("/admin/applications").status_code == 200
    root.user.__class__.update(is_admin=False).execute()
    assert root.get("/admin/applications").status_code == 404


def test_an_administrator_who_owes_a_second_factor_sees_nothing(app: Flask, root: Visitor) -> None:
    given.client("secret-client", name="Secret")
    credentials.add(root.user, "recovery_code", {}, wall_clock.now())
    for address, methods in routes(app):
        if "GET" in methods:
            answer = root.get(address)
            assert answer.status_code == 303 and answer.location.startswith("/interaction/"), address


def test_looking_takes_a_sign_in_of_this_hour_and_forms_one_of_these_ten_minutes(
    app: Flask, root: Visitor, clock: Clock
) -> None:
    fields = {address: methods for address, methods in routes(app) if "GET" in methods}
    clock.forward(601)
    for address, methods in fields.items():
        answer = root.get(address)
        asked = answer.status_code == 303 and answer.location.startswith("/interaction/")
        assert asked == ("POST" in methods), address
    clock.forward(3_000)
    for address in fields:
        assert root.get(address).location.startswith("/interaction/"), address


def test_what_takes_a_form_shows_it_at_the_same_address(app: Flask) -> None:
    """Who has to show again who they are comes back to where they sent it."""
    for address, methods in routes(app):
        assert "POST" not in methods or "GET" in methods, address


def test_every_form_needs_its_token(app: Flask, root: Visitor) -> None:
    for address, methods in routes(app):
        if "POST" in methods:
            answer = root.browser.post(address, data={})
            assert answer.status_code == 400 and "can’t be used any more" in answer.text, address


def test_a_form_from_another_site_is_refused(app: Flask, root: Visitor) -> None:
    for address, methods in routes(app):
        if "POST" in methods:
            assert root.browser.post(address, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403, address


def test_the_way_around_shows_what_there_is_in_its_order(root: Visitor) -> None:
    page = root.get("/admin/applications").text
    ways = re.findall(r'<li><a href="(/admin/[^"]+)"', page)
    assert ways == [each.ADDRESS for each in admin.pages()]
    assert page.count('aria-current="page"') == 1
    assert '<a href="/account">Your account</a>' in page


def test_every_page_has_its_place_in_the_order() -> None:
    for page in admin.pages():
        assert page.NAME in admin.ORDER
        assert f"/admin/{page.NAME}" == page.ADDRESS


def test_administrators_find_the_way_from_their_account_and_others_see_none(visit: Callable[..., Visitor]) -> None:
    assert 'href="/admin"' not in visit(given.user("ada")).get("/account").text
    root = visit(given.user("robin", is_admin=True))
    assert 'href="/admin"' in root.get("/account").text
    assert root.get("/admin").location == "/admin/applications"


def renewed(root: Visitor, clock: Clock) -> None:
    """Let the administrator have signed in again, as every renewal does."""
    session, handle = sessions.start(clock.now, user=root.user, proofs=[given.proof().to_json()])
    sessions.keep_sid(session, sessions.Session.get_by_id(root.session.id))
    root.browser.set_cookie("foyer", handle, domain="localhost")
