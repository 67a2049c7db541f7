"""What a person allows an application to read: asked once, in words, and taken at their word."""

from __future__ import annotations

import json

import pytest

from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor


@pytest.fixture
def nosy_app(server) -> Application:
    """An application that nobody has allowed anything yet."""
    return Application(server)


def sign_in(app: Application, person, **changes):
    person.left_to = None
    person.get(app.url(**changes))
    return person.submit(username="alice", password=PASSWORD)


def test_the_page_says_who_asks_for_what_from_whom_and_where_the_browser_goes(nosy_app, person):
    page = sign_in(nosy_app, person, scope="openid email groups")
    assert "<title>Allow access" in page.html
    for text in (nosy_app.name, "Alice Example", "app.example"):
        assert text in page.text
    for word in ("e-mail", "group"):
        assert word in page.text.lower()
    assert "openid" not in page.text, "scopes are told in plain words"
    assert {("decision", "allow"), ("decision", "deny")} <= set(page.form_with("decision").buttons)


def test_who_is_not_the_person_shown_can_sign_in_as_themselves(nosy_app, person, bob):
    sign_in(nosy_app, person)
    assert person.submit(decision="switch").offers("password")
    page = person.submit(username=bob["username"], password=PASSWORD)
    assert page.offers("decision") and "Bob Example" in page.text
    person.submit(decision="allow")
    code = nosy_app.answer(person.left_to)["code"]
    assert nosy_app.claims(nosy_app.exchange(code).json()["id_token"])["sub"] == bob["sub"]


def test_consent_is_asked_once_and_remembered(nosy_app, person, server):
    assert sign_in(nosy_app, person).offers("decision")
    person.submit(decision="allow")
    assert nosy_app.answer(person.left_to)["code"]
    assert nosy_app.ask(person)["code"], "the second time nobody is asked"
    assert nosy_app.ask(person, prompt="none")["code"]  # OP item 42
    elsewhere = visitor(server)
    sign_in(nosy_app, elsewhere)
    assert nosy_app.answer(elsewhere.left_to)["code"], "nor in another browser"


def test_what_was_allowed_covers_less_but_never_more(nosy_app, person):
    sign_in(nosy_app, person, scope="openid email")
    person.submit(decision="allow")
    assert nosy_app.ask(person, scope="openid")["code"]
    assert nosy_app.ask(person, scope="openid email groups", prompt="none")["error"] == "consent_required"
    asked = json.dumps({"userinfo": {"name": None}})
    assert nosy_app.ask(person, scope="openid email", claims=asked, prompt="none")["error"] == "consent_required"
    person.left_to = None
    page = person.get(nosy_app.url(scope="openid email", claims=asked))
    assert page.offers("decision") and "name" in page.text.lower()
    person.submit(decision="allow")
    assert nosy_app.ask(person, scope="openid email", claims=asked, prompt="none")["code"]


def test_a_no_is_told_to_the_application_and_not_remembered(nosy_app, person):
    sign_in(nosy_app, person)
    person.submit(decision="deny")
    answer = nosy_app.answer(person.left_to)
    assert answer.keys() == {"error", "error_description", "state", "iss"} and answer["error"] == "access_denied"
    person.left_to = None
    assert person.get(nosy_app.url()).offers("decision")
    person.submit(decision="allow")
    assert nosy_app.answer(person.left_to)["code"]


def test_prompt_consent_asks_again(nosy_app, app, person):
    """OP-CHECKLIST item 45."""
    sign_in(nosy_app, person)
    person.submit(decision="allow")
    for application in (nosy_app, app):  # also where nobody is asked as a rule
        person.left_to = None
        assert person.get(application.url(prompt="consent")).offers("decision")
        person.submit(decision="allow")
        assert application.answer(person.left_to)["code"]


def test_without_a_decision_the_page_stays(nosy_app, person):
    sign_in(nosy_app, person)
    for decision in ("", "yes", "ALLOW"):
        page = person.submit(decision=decision)
        assert page.status == 400 and page.offers("decision") and person.left_to is None


def test_consent_belongs_to_one_person_and_one_application(nosy_app, asking_app, person, server, bob):
    sign_in(nosy_app, person)
    person.submit(decision="allow")
    assert asking_app.ask(person, prompt="none", scope="openid roles")["error"] == "consent_required"
    other = visitor(server)
    other.get(nosy_app.url())
    assert other.submit(username=bob["username"], password=PASSWORD).offers("decision")


def test_a_decision_that_is_pressed_twice_gives_one_code(nosy_app, person):
    page = sign_in(nosy_app, person)
    person.submit(decision="allow")
    assert nosy_app.answer(person.left_to)["code"]
    person.page, person.left_to = page, None
    assert person.submit(decision="allow").status == 410
    assert person.left_to is None


def test_the_name_of_an_application_is_never_markup(server, person):
    evil = Application(server, name='<script>alert(1)</script> & "Sons"')
    page = sign_in(evil, person)
    assert "<script>alert" not in page.html and "&lt;script&gt;" in page.html
