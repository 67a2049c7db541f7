"""One-time sign-in links, and everything that must not work with them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.authenticator_app import AuthenticatorApp, set_up
from tests.flows import records
from tests.flows.application import PASSWORD, Application
from tests.flows.test_races import all_at_once
from tests.flows.visitors import visitor
from tests.person import Page, Person
from tests.server import Server

NEW_PASSWORD = "/account/security/password"


@pytest.fixture
def name(new_user: Callable[..., dict[str, Any]]) -> str:
    """Somebody who has forgotten their password."""
    return str(new_user()["username"])


@pytest.fixture
def link(server: Server, name: str) -> str:
    """A good link for them."""
    return str(server.idp_json("user", "link", name)["link"])


def handle_of(link: str) -> str:
    return link.partition("link=")[2]


def use(person: Person, link: str) -> Page:
    """Open the link and press its button."""
    assert person.get(link).status == 200
    return person.submit(link=handle_of(link))


def path(page: Page) -> str:
    return re.sub(r"^https?://[^/]+", "", page.url)


def secured(server: Server, name: str, person: Person | None = None) -> tuple[AuthenticatorApp, Application]:
    """Sets up an authenticator app for somebody, at an application that demands one."""
    strict, person = Application(server, "--skip-consent", "--require-mfa"), person or visitor(server)
    person.get(strict.url())
    person.submit(username=name, password=PASSWORD)
    return set_up(person)[0], strict


def silently(server: Server, app: Application, cookie: str) -> str:
    """Where an application's request leads for who brings this cookie, when nobody may be asked."""
    asking = visitor(server).browser.get(app.url(prompt="none"), cookies={"foyer": cookie}, allow_redirects=False)
    return str(asking.headers["Location"])


def is_worthless(page: Page) -> bool:
    """Whether the page says that the link can't be used, and what to do."""
    return page.status == 410 and not page.forms and "idp user link NAME" in page.text


def test_a_link_signs_its_owner_in_and_leads_to_a_new_password(server, app, name, link):
    person = visitor(server)
    page = person.get(link)
    assert name in page.text and "signed out" not in page.text
    assert path(use(person, link)) == NEW_PASSWORD
    tokens = app.exchange(app.ask(person)["code"]).json()
    claims = app.claims(tokens["id_token"])
    assert (claims["preferred_username"], claims["amr"], claims["acr"]) == (name, ["pwd"], "aal1")


def test_looking_at_a_link_uses_nothing_up(server, name, link):
    for _ in range(5):  # a mail program, a scanner, the person
        looking = visitor(server)
        assert looking.get(link).offers("link")
        assert looking.browser.head(link).status_code == 200
        assert not looking.get("/account").text.count(name), "and nobody is signed in by it"
    assert path(use(visitor(server), link)) == NEW_PASSWORD


def test_a_second_use_is_refused_wherever_it_comes_from(server, link):
    first, other = visitor(server), visitor(server)
    other.get(link)
    use(first, link)
    assert is_worthless(other.submit(link=handle_of(link))), "another browser whose form was open"
    for person in (first, other, visitor(server)):
        assert is_worthless(person.get(link))
    assert other.get("/account").offers("password")


def test_a_late_use_is_refused_also_when_the_form_was_open(server, link):
    person = visitor(server)
    person.get(link)
    assert records.change(server, "UPDATE links SET expires_at = expires_at - 1800 WHERE used_at IS NULL") >= 1
    assert is_worthless(person.submit(link=handle_of(link))) and is_worthless(visitor(server).get(link))


def test_a_new_password_makes_a_link_worthless(server, name, link):
    server.idp("user", "set", name, "--password-stdin", input="another correct horse battery")
    assert is_worthless(visitor(server).get(link))


def test_a_newer_link_makes_the_one_before_worthless_and_nobody_elses(server, name, link, new_user):
    others = str(server.idp_json("user", "link", new_user()["username"])["link"])
    newer = server.idp_json("user", "link", name)["link"]
    assert is_worthless(visitor(server).get(link))
    assert visitor(server).get(newer).status == visitor(server).get(others).status == 200


def test_a_disabled_person_gets_nowhere(server, name, link):
    person = visitor(server)
    person.get(link)
    server.idp("user", "disable", name)
    assert is_worthless(person.submit(link=handle_of(link))) and is_worthless(person.get(link))
    refused = server.run("user", "link", name)
    assert refused.returncode == 1 and "idp user enable" in refused.stderr
    server.idp("user", "enable", name)
    assert is_worthless(visitor(server).get(link)), "what was given before they were shut out"


@pytest.mark.parametrize("query", ["link=", "link=li_" + "A" * 43, "link=%00", "link=x&link=y", "link=%ed%a0%80"])
def test_a_made_up_link_opens_nothing(server, query):
    assert is_worthless(visitor(server).get(f"/sign-in?{query}"))


def test_a_link_for_set_up_signs_nobody_in_and_the_other_way_round(server, link):
    made = server.idp("setup-link").strip()
    assert is_worthless(visitor(server).get(f"/sign-in?link={handle_of(made)}"))
    assert visitor(server).get(f"/setup?link={handle_of(link)}").status == 410


def test_the_address_alone_leads_to_the_sign_in(server):
    assert visitor(server).get("/sign-in").offers("password")


def test_the_form_belongs_to_the_browser_that_opened_it(server, link):
    form = visitor(server).get(link).form_with("link")
    answer = visitor(server).browser.post(f"{server.issuer}/sign-in", data=form.fields, allow_redirects=False)
    assert answer.status_code == 400 and visitor(server).get(link).status == 200


def test_another_site_can_not_use_a_link_up(server, link):
    person = visitor(server)
    form = person.get(link).form_with("link")
    answer = person.browser.post(
        f"{server.issuer}/sign-in", data=form.fields, headers={"Sec-Fetch-Site": "cross-site"}, allow_redirects=False
    )
    assert answer.status_code == 403 and visitor(server).get(link).status == 200


def test_a_second_factor_is_still_asked_for(server, app, name):
    authenticator, _ = secured(server, name)
    assert "second factor" in server.run("user", "link", name).stderr
    link = server.idp_json("user", "link", name)["link"]
    person = visitor(server)
    page = use(person, link)
    assert page.offers("code") and path(page).startswith("/interaction/")
    for address in ("/account", "/account/email", app.url()):
        person.left_to = None
        assert person.get(address).offers("code") and person.left_to is None, address
    assert app.ask(person, prompt="none")["error"] == "interaction_required"
    use_code = person.get(page.url)
    assert use_code.offers("code")
    page = person.submit(code=authenticator.code())
    assert path(page) == NEW_PASSWORD


def test_a_link_is_not_a_second_factor(server, name):
    _, strict = secured(server, name)
    person = visitor(server)
    person.get(strict.url())
    page = person.submit(username=name, password=PASSWORD)
    assert page.offers("code")
    link = server.idp_json("user", "link", name)["link"]
    form = page.form_with("code")
    answer = person.browser.post(
        server.issuer + form.action, data={"csrf_token": form.fields["csrf_token"], "link": handle_of(link)},
        allow_redirects=False,
    )  # fmt: skip
    assert answer.status_code == 400 and "otp" not in answer.headers.get("Location", "")
    use(person, link)
    assert strict.ask(person, prompt="none")["error"] == "interaction_required", "two times knowledge is one factor"


def test_whoever_is_signed_in_there_is_told_and_signed_out(server, app, name, link):
    person = visitor(server)
    app.code(person, "alice")
    before = person.browser.cookies["foyer"]
    page = person.get(link)
    assert "Alice Example" in page.text and name in page.text
    use(person, link)
    assert person.browser.cookies["foyer"] != before
    tokens = app.exchange(app.ask(person, prompt="none")["code"]).json()
    assert app.claims(tokens["id_token"])["preferred_username"] == name
    assert "login_required" in silently(server, app, before), "the session before is gone"


def test_using_a_link_changes_the_sessions_handle(server, app, link):  # session fixation
    person = visitor(server)
    person.get(link)
    planted = person.browser.cookies["foyer"]
    use(person, link)
    assert person.browser.cookies["foyer"] != planted
    assert "login_required" in silently(server, app, planted)
    assert "code=" in silently(server, app, person.browser.cookies["foyer"])


def test_reset_factors_leave_the_password_alone_and_end_every_session(server, app, name):
    person = visitor(server)
    secured(server, name, person)
    token = app.exchange(app.ask(person)["code"]).json()["access_token"]
    assert "Removed 1" in server.idp("user", "reset-factors", name)
    assert app.ask(person, prompt="none")["error"] == "login_required"
    assert app.userinfo(token).status_code == 401
    assert app.code(visitor(server), name), "their password alone lets them in"
    assert "user.factors_reset" in server.idp("audit", "--user", name, "--json")


def test_neither_the_log_nor_the_activity_has_the_link(server, name, link):
    used = visitor(server)
    use(used, link)
    used.get(link)
    for told in (server.log(), server.idp("audit", "--json")):
        assert handle_of(link) not in told
    events = [json.loads(row)["event"] for row in server.idp("audit", "--user", name, "--json").splitlines()]
    assert events[-2:] == ["sign_in_link.made", "sign_in"]


def test_one_link_among_fifty_browsers_has_one_winner(mailing, somebody):
    link = mailing.idp_json("user", "link", somebody["username"])["link"]
    people = [visitor(mailing) for _ in range(50)]
    for person in people:
        assert person.get(link).status == 200
    pages = all_at_once(50, lambda number: people[number].submit(link=handle_of(link)))
    assert [is_worthless(page) for page in pages].count(False) == 1
    assert [person.get("/account").offers("password") for person in people].count(False) == 1
