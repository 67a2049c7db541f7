"""One answer of a passkey, sent fifty times at the same instant to four processes, counts once."""

from __future__ import annotations

import json

import pytest

from tests.flows.application import PASSWORD, Application
from tests.flows.test_races import all_at_once
from tests.flows.visitors import visitor
from tests.security_key import SecurityKey, add_passkey, options_on
from tests.server import Server


@pytest.fixture(scope="module")
def bank(busy: Server) -> Application:
    return Application(busy, "--skip-consent", "--require-mfa")


@pytest.fixture(scope="module")
def key(busy: Server, bank: Application) -> SecurityKey:
    person = visitor(busy)
    person.get(bank.url())
    person.submit(username="alice", password=PASSWORD)
    return add_passkey(person)


def sent_fifty_times(busy: Server, person, answer: str) -> list[str]:
    """Where the browser is sent, for each of fifty copies of a form; empty for a page that says no."""
    form, cookies = person.page.form_with("passkey"), person.browser.cookies.get_dict()

    def send(_: int) -> str:
        reply = visitor(busy).browser.post(
            busy.issuer + form.action, data={**form.fields, "passkey": answer}, cookies=cookies, allow_redirects=False
        )
        assert reply.status_code in (303, 400, 410), reply.text
        return str(reply.headers.get("Location", ""))

    return all_at_once(50, send)


def test_one_sign_in(busy, bank, key):
    for _ in range(3):
        person = visitor(busy)
        person.get(bank.url())
        locations = sent_fifty_times(busy, person, key.sign(options_on(person.page)))
        codes = [bank.answer(location)["code"] for location in locations if "code=" in location]
        assert len(codes) == 1
        assert bank.exchange(codes[0]).status_code == 200


def test_one_second_factor(busy, bank, key):
    person = visitor(busy)
    person.get(bank.url())
    person.submit(username="alice", password=PASSWORD)
    locations = sent_fifty_times(busy, person, key.sign(options_on(person.page)))
    assert len([location for location in locations if "code=" in location]) == 1


def test_one_enrolment(busy, bank):
    busy.add_user("bob", PASSWORD)
    person = visitor(busy)
    person.get(bank.url())
    person.submit(username="bob", password=PASSWORD)
    person.submit(choose="passkey")
    key = SecurityKey(busy.issuer)
    sent_fifty_times(busy, person, key.create(options_on(person.page)))
    events = [json.loads(line)["event"] for line in busy.idp("audit", "--user", "bob", "--json").splitlines()]
    assert events.count("authenticator.added") == 1


def test_nothing_of_all_this_was_an_error_on_our_side(busy):
    assert "Traceback" not in busy.log() and " ERROR " not in busy.log()
