"""Applications for certain groups: who isn't in one reads whom to ask, and the application learns it only from them."""

from __future__ import annotations

import secrets

import pytest

from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor


@pytest.fixture(scope="module")
def family_app(server) -> Application:
    """An application for the family."""
    return Application(server, "--skip-consent", "--group", "family")


@pytest.fixture(scope="module")
def owner(server):
    """An administrator, whom others can ask."""
    return server.add_user("owner" + secrets.token_hex(2), PASSWORD, "--admin", "--display-name", "Olga Owner")


@pytest.fixture
def outside(family_app, owner, bob, server):
    """Bob, who has just read that he may not."""
    person = visitor(server)
    person.get(family_app.url())
    page = person.submit(username=bob["username"], password=PASSWORD)
    assert page.status == 200 and "<title>No access" in page.html
    return person


def test_who_is_in_the_group_notices_nothing(family_app, person):
    assert family_app.code(person)


def test_the_page_says_what_whom_and_who_to_ask(family_app, outside, owner):
    for text in (family_app.name, "Bob Example", "Olga Owner", owner["email"]):
        assert text in outside.page.text
    assert outside.left_to is None, "the application has learnt nothing so far"


def test_the_application_learns_it_only_when_the_person_goes_back(family_app, outside):
    outside.submit(decision="back")
    assert family_app.answer(outside.left_to)["error"] == "access_denied"


def test_somebody_else_can_sign_in_on_the_same_page(family_app, outside):
    page = outside.submit(decision="switch")
    assert page.offers("password")
    outside.submit(username="alice", password=PASSWORD)
    code = family_app.answer(outside.left_to)["code"]
    assert family_app.claims(family_app.exchange(code).json()["id_token"])["preferred_username"] == "alice"


def test_whoever_has_switched_is_nobody_until_they_sign_in(family_app, app, outside):
    outside.submit(decision="switch")
    assert app.ask(outside, prompt="none")["error"] == "login_required"


def test_without_a_decision_the_page_stays(outside):
    page = outside.submit(decision="")
    assert page.status == 400 and page.offers("decision") and outside.left_to is None


def test_no_page_is_shown_with_prompt_none(family_app, outside):
    assert family_app.ask(outside, prompt="none")["error"] == "access_denied"


def test_a_person_who_is_let_in_meanwhile_just_loads_the_page_again(server, family_app, new_user, owner):
    user, person = new_user(), visitor(server)
    person.get(family_app.url())
    page = person.submit(username=user["username"], password=PASSWORD)
    assert "<title>No access" in page.html
    server.idp("group", "grant", "family", user["username"])
    person.get(page.url)
    assert family_app.answer(person.left_to)["code"]
    server.idp("group", "revoke", "family", user["username"])
    person.left_to = None
    assert "<title>No access" in person.get(family_app.url()).html, "and who is shut out again is refused at once"


def test_a_decision_for_consent_does_not_open_the_door(family_app, outside):
    outside.submit(decision="allow")
    assert outside.left_to is None
    outside.get(outside.page.url.replace("step=access", "step=consent"))
    assert outside.left_to is None and "<title>No access" in outside.page.html
