"""Several tabs of one browser, whose forms and pages arrive at the same instant at four processes."""

from __future__ import annotations

import secrets

from requests import Response

from tests.authenticator_app import AuthenticatorApp
from tests.flows.application import PASSWORD, Application
from tests.flows.test_races import all_at_once
from tests.flows.visitors import visitor
from tests.person import Form, Person


def test_an_allow_in_one_tab_never_counts_for_who_signs_in_after_a_switch_in_another(busy):
    asking = Application(busy)
    busy.add_user("bob", PASSWORD)
    for _ in range(8):
        person = visitor(busy)
        page = person.get(asking.url(prompt="consent"))
        if not page.offers("decision"):
            page = person.submit(username="alice", password=PASSWORD)
        form, tabs = page.form_with("decision"), [visitor(busy) for _ in range(4)]
        for tab in tabs:
            tab.browser.cookies.update(person.browser.cookies.get_dict())

        def decide(number: int, form: Form = form, tabs: list[Person] = tabs) -> Response:
            word = "switch" if number % 2 else "allow"
            return tabs[number].browser.post(
                busy.issuer + form.action, data={**form.fields, "decision": word}, allow_redirects=False
            )

        answers = all_at_once(4, decide)
        assert {answer.status_code for answer in answers} <= {303, 400, 410}, [answer.text for answer in answers]
        codes = [answer for answer in answers if "code=" in answer.headers.get("Location", "")]
        assert len(codes) <= 1
        if codes:
            continue
        after = visitor(busy)
        after.browser.cookies.update(next(answer.cookies for answer in answers if answer.cookies))
        assert after.get(form.action).offers("password")
        assert after.submit(username="bob", password=PASSWORD).offers("decision"), "Bob has allowed nothing"


def test_every_tab_shows_the_same_secret_while_an_authenticator_app_is_set_up(busy):
    app = Application(busy, "--skip-consent", "--require-mfa")
    for _ in range(4):
        name = f"user{secrets.token_hex(4)}"
        busy.add_user(name, PASSWORD)
        person = visitor(busy)
        person.get(app.url())
        form = person.submit(username=name, password=PASSWORD).form_with("choose")
        chosen = person.browser.post(
            busy.issuer + form.action, data={**form.fields, "choose": "totp"}, allow_redirects=False
        )
        tabs = [visitor(busy) for _ in range(8)]
        for tab in tabs:
            tab.browser.cookies.update(person.browser.cookies.get_dict())
        pages = all_at_once(8, lambda number, tabs=tabs, chosen=chosen: tabs[number].get(chosen.headers["Location"]))
        assert {page.status for page in pages} == {200}
        (secret,) = {AuthenticatorApp.scanning(page.html).secret for page in pages}
        person.get(chosen.headers["Location"])
        assert person.submit(code=AuthenticatorApp(secret).code()).status == 200
        assert "Create recovery codes" in person.page.text


def test_nothing_of_all_this_was_an_error_on_our_side(busy):
    assert "Traceback" not in busy.log() and " ERROR " not in busy.log()
