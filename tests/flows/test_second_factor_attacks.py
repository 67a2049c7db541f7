"""Getting around a second factor: by address, by tab, by going back, by replay, by force, by an old session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

import pytest

from tests.authenticator_app import AuthenticatorApp, set_up
from tests.flows import records
from tests.flows.application import PASSWORD, Application
from tests.flows.test_races import all_at_once
from tests.flows.visitors import visitor
from tests.person import Page, Person
from tests.server import Server


@pytest.fixture(scope="module")
def strict_app(server: Server) -> Application:
    """An application that demands a second factor."""
    return Application(server, "--skip-consent", "--require-mfa")


@pytest.fixture
def begin(server: Server) -> Callable[..., Person]:
    """`begin(app, name)`: somebody in a fresh browser who has shown the password."""

    def walk(app: Application, name: str, **changes: str) -> Person:
        person = visitor(server)
        person.get(app.url(**changes))
        person.submit(username=name, password=PASSWORD)
        return person

    return walk


@pytest.fixture
def name(new_user: Callable[..., dict[str, Any]]) -> str:
    """Somebody with a password only."""
    return str(new_user()["username"])


@pytest.fixture
def phone(server: Server, strict_app: Application, begin: Callable[..., Person], name: str) -> AuthenticatorApp:
    """Their authenticator app, set up some time ago: two codes are good now."""
    app = set_up(begin(strict_app, name))[0]
    records.change(
        server,
        "UPDATE credentials SET data = replace(data, '\"step\":', '\"step\":-') WHERE authenticator = 'totp' "
        "AND user_id = (SELECT id FROM users WHERE username = ?)",
        name,
    )
    app.last = 0
    return app


def post(person: Person, page: Page, query: str, **fields: str) -> Page:
    """Send fields of one's own to where a page's form goes, with its token but another query."""
    form = next(form for form in page.forms if "csrf_token" in form.fields)
    target = urljoin(page.url, form.action.partition("?")[0] + query)
    token = {"csrf_token": form.fields["csrf_token"]}
    return person._follow(person.browser.post(target, data={**token, **fields}, allow_redirects=False))


# ---- the password alone ----


@pytest.mark.parametrize("path", ["/account", "/account?welcome=1", "/"])
def test_the_password_alone_opens_no_page_of_the_account(app, begin, name, phone, path):
    person = begin(app, name)
    page = person.get(path)
    assert page.offers("code") and "Your account" not in page.text


def test_another_request_in_the_same_browser_asks_as_well(app, other_app, strict_app, begin, name, phone):
    person = begin(app, name)
    for application in (app, other_app, strict_app):
        person.left_to = None
        assert person.get(application.url()).offers("code") and person.left_to is None
        assert application.ask(person, prompt="none")["error"] == "interaction_required"


def test_another_tab_is_not_let_in_by_being_another_tab(server, app, other_app, begin, name, phone):
    first = begin(app, name)
    before = first.browser.cookies.get_dict()
    second = visitor(server)
    second.browser.cookies.update(before)
    assert second.get(other_app.url()).offers("code")
    assert second.get(first.page.url).offers("code")
    first.submit(code=phone.code())
    assert app.answer(first.left_to)["code"]
    third = visitor(server)
    third.browser.cookies.update(before)
    assert other_app.ask(third, prompt="none")["error"] == "login_required", "the cookie from before is worth nothing"


FORMS: dict[str, dict[str, str]] = {
    "consent": {"decision": "allow"},
    "enrolment": {"choose": "totp"},
    "enrolment, codes": {"decision": "create"},
    "enrolment, later": {"decision": "later"},
    "access": {"decision": "back"},
    "login": {"account": "continue"},
    "second_factor": {},
    "second_factor, empty": {"code": "", "recovery_code": ""},
    "second_factor, nothing right": {"code": "000000", "username": "alice", "password": PASSWORD},
}


@pytest.mark.parametrize("what", FORMS)
def test_answering_a_later_step_skips_nothing(app, begin, name, phone, what):
    for query in (f"?step={what.partition(',')[0]}", "", "?step=nonsense"):
        person = begin(app, name)
        post(person, person.page, query, **FORMS[what])
        assert "code" not in (person.left_to or ""), query
        if person.left_to is None:
            assert person.get(app.url()).offers("code")


def test_going_back_to_the_password_asks_for_the_code_again(server, app, begin, name, phone):
    person = visitor(server)
    at_login = person.get(app.url())
    person.submit(username=name, password=PASSWORD)
    page = post(person, person.page, "?step=login", username=name, password=PASSWORD)
    assert page.offers("code") and person.left_to is None
    person.page = at_login
    person.submit(username=name, password=PASSWORD)
    assert person.left_to is None, "its token is from before the sign-in"
    assert person.get(at_login.url).offers("code")


def test_one_s_own_second_factor_does_not_open_somebody_else_s_account(app, strict_app, begin, name, phone, new_user):
    mine = str(new_user()["username"])
    attacker = begin(strict_app, mine)
    set_up(attacker)
    attacker.left_to = None
    attacker.get(app.url(prompt="login"))
    page = attacker.submit(username=name, password=PASSWORD)
    assert page.offers("code") and attacker.left_to is None
    assert attacker.submit(code=phone.wrong()).status == 400
    attacker.submit(code=phone.code())
    assert app.answer(attacker.left_to)["code"]


def test_a_code_typed_into_somebody_else_s_interaction_is_nobody_s(server, app, begin, name, phone):
    victim = begin(app, name)
    stranger = visitor(server)
    stranger.get(app.url())
    assert "begun in another browser" in stranger.get(victim.page.url).text
    page = post(stranger, victim.page, "?step=second_factor", code=phone.code_of(0))
    assert page.status >= 400 and stranger.left_to is None
    victim.submit(code=phone.code())
    assert app.answer(victim.left_to)["code"]


def test_a_fresh_code_does_not_stand_in_for_a_stale_password(server, app, begin, name, phone):
    person = begin(app, name)
    person.submit(code=phone.code())
    for changes in ({"prompt": "login"}, {"max_age": "0"}):
        person.left_to = None
        page = person.get(app.url(**changes))
        assert page.offers("password") and not page.offers("code")
        page = post(person, page, "?step=second_factor", code=phone.code_of(1))
        assert person.left_to is None and page.offers("password")
        page = post(person, page, "", code=phone.code_of(1))
        assert person.left_to is None and page.offers("password")


def test_the_session_changes_with_what_it_is_worth(server, app, begin, name, phone):
    planted = begin(app, name)
    before = planted.browser.cookies.get_dict()
    planted.submit(code=phone.code())
    assert planted.browser.cookies.get_dict() != before
    thief = visitor(server)
    thief.browser.cookies.update(before)
    assert app.ask(thief, prompt="none")["error"] == "login_required"


def test_a_code_is_taken_from_our_own_page_only(server, app, begin, name, phone):
    person = begin(app, name)
    code = phone.code()
    form = person.page.form_with("code")
    answer = person.browser.post(urljoin(server.issuer, form.action), data={"code": code}, allow_redirects=False)
    assert answer.status_code == 400
    person.submit(code=code)
    assert app.answer(person.left_to)["code"], "and the forgery has used nothing up"


# ---- replay ----


def test_a_code_opens_one_sign_in_only(app, begin, name, phone):
    code = phone.code()
    first, second = begin(app, name), begin(app, name)
    first.submit(code=code)
    assert app.answer(first.left_to)["code"]
    page = second.submit(code=code)
    assert page.status == 400 and second.left_to is None and "used already" in page.text
    second.submit(code=phone.code())
    assert app.answer(second.left_to)["code"]


def test_the_code_that_confirmed_an_app_opens_nothing(app, strict_app, begin, name):
    person = begin(strict_app, name)
    phone = AuthenticatorApp.scanning(person.submit(choose="totp").html)
    code = phone.code()
    person.submit(code=code)
    thief = begin(app, name)
    page = thief.submit(code=code)
    assert page.status == 400 and thief.left_to is None


def test_what_is_not_confirmed_opens_nothing(app, strict_app, begin, name, phone):
    """A second secret, drafted by whoever knows the password, isn't one of the person's."""
    thief = begin(strict_app, name)
    page = post(thief, thief.page, "?step=enrolment", choose="totp")
    assert "otpauth" not in page.html and page.offers("code")
    page = post(thief, thief.page, "", choose="totp")
    assert "otpauth" not in page.html


def test_the_secret_of_one_sign_in_confirms_nothing_in_another_one(strict_app, begin, name):
    one, other = begin(strict_app, name), begin(strict_app, name)
    phones = [AuthenticatorApp.scanning(person.submit(choose="totp").html) for person in (one, other)]
    assert phones[0].secret != phones[1].secret
    page = other.submit(code=phones[0].code())
    assert page.status == 400
    assert (
        records.count(
            strict_app.server,
            "SELECT count(*) FROM credentials JOIN users ON users.id = credentials.user_id "
            "WHERE authenticator = 'totp' AND username = ?",
            name,
        )
        == 0
    )


# ---- force ----


def test_fifty_wrong_tries_at_once_are_five_and_the_right_one_waits(server, app, begin, name, phone):
    people = [begin(app, name) for _ in range(50)]
    wrong = phone.wrong()
    pages = all_at_once(50, lambda number: people[number].submit(code=wrong))
    assert {page.status for page in pages} == {400}
    assert len([page for page in pages if "isn’t right" in page.text]) == 5
    assert len([page for page in pages if "five minutes" in page.text]) == 45
    for scope in ("factor", "factor-hour", "factor-day"):
        statement = "SELECT failures FROM throttles WHERE key = ?"
        assert records.count(server, statement, f"{scope}:{name}:totp") == 5
    person, code = begin(app, name), phone.code()
    assert "five minutes" in person.submit(code=code).text
    records.change(server, "UPDATE throttles SET expires_at = expires_at - 300 WHERE key = ?", f"factor:{name}:totp")
    person.submit(code=code)
    assert app.answer(person.left_to)["code"]


def test_a_factor_that_is_switched_off_leads_to_no_new_one(server, app, strict_app, begin, name, phone):
    records.change(
        server,
        "UPDATE credentials SET failures = 99 WHERE authenticator = 'totp' "
        "AND user_id = (SELECT id FROM users WHERE username = ?)",
        name,
    )
    person = begin(app, name)
    page = person.submit(code=phone.wrong())
    assert page.status == 400 and "switched off" in page.text and not page.offers("code")
    for application in (app, strict_app):
        person = begin(application, name)
        assert "switched off" in person.page.text
        for query in ("?step=enrolment", "?step=second_factor", ""):
            page = post(person, person.page, query, choose="totp")
            assert "otpauth" not in page.html and person.left_to is None
        page = post(person, person.page, "", code=phone.code_of(0))
        assert person.left_to is None and page.status == 400


# ---- a browser that was left open ----


def age(server: Server, name: str) -> None:
    """Let the proofs of somebody's sessions be older than anything."""
    changed = records.change(
        server,
        "UPDATE sessions SET proofs = replace(proofs, '\"at\":', '\"at\":-') "
        "WHERE user_id = (SELECT id FROM users WHERE username = ?)",
        name,
    )
    assert changed


def test_a_session_from_before_sets_up_no_second_factor_without_the_password(server, app, strict_app, begin, name):
    person = begin(app, name)
    assert app.answer(person.left_to)["code"]
    age(server, name)
    person.left_to = None
    assert app.ask(person, prompt="none")["code"], "it is good for what it was good for"
    person.left_to = None
    page = person.get(strict_app.url())
    assert page.offers("password") and not page.offers("choose")
    for query in ("?step=enrolment", ""):
        page = post(person, page, query, choose="totp")
        assert "otpauth" not in page.html and page.offers("password")
    person.submit(username=name, password=PASSWORD)
    set_up(person)
    assert strict_app.answer(person.left_to)["code"]


@pytest.mark.parametrize("where", ["at the account", "on the way to an application"])
def test_an_enrolment_that_was_left_open_wants_the_password_again_and_goes_on_as_it_was(
    server, app, strict_app, begin, name, where
):
    if where == "at the account":
        person = begin(app, name)
        person.get(f"{server.issuer}/account/security")
        page = person.submit(add="totp")
    else:
        page = (person := begin(strict_app, name)).submit(choose="totp")
    left_open = AuthenticatorApp.scanning(page.html)
    age(server, name)
    page = person.submit(code=left_open.code())
    assert page.offers("password") and not page.offers("code"), page.text
    page = person.submit(username=name, password=PASSWORD)
    assert AuthenticatorApp.scanning(page.html).secret == left_open.secret
    assert person.submit(code=left_open.code()).offers("decision"), person.page.text


def test_an_application_cannot_ask_for_an_enrolment_by_a_parameter_of_ours(app, begin, name):
    person = begin(app, name, enrol="totp")
    assert app.answer(person.left_to)["code"]
