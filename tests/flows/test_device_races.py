"""Devices and people who all come at the same instant, with four processes: what may happen once happens once."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

import pytest

from tests.flows import records
from tests.flows.application import PASSWORD
from tests.flows.television import Television, type_code
from tests.flows.test_races import all_at_once
from tests.flows.visitors import FromAddress, visitor
from tests.person import Form
from tests.server import Server


@pytest.fixture(scope="module")
def busy_television(busy: Server) -> Television:
    return Television(busy, "--auth-method", "none")


def at_the_question(busy: Server, code: dict[str, Any]) -> tuple[Form, dict[str, str]]:
    """Alice's form with which she lets a device in, and her cookies."""
    person = visitor(busy)
    type_code(person, code["user_code"])
    person.submit(username="alice", password=PASSWORD)
    return person.page.form_with("decision"), person.browser.cookies.get_dict()


def test_fifty_approvals_of_one_device_code_give_one_grant(busy, busy_television):
    code = busy_television.code()
    asked = [at_the_question(busy, code) for _ in range(5)]
    digest = hashlib.sha256(code["device_code"].encode()).hexdigest()

    def allow(number: int) -> str:
        form, cookies = asked[number % len(asked)]
        answer = visitor(busy).browser.post(
            busy.issuer + form.action, data={**form.fields, "decision": "allow"}, cookies=cookies, allow_redirects=False
        )
        assert answer.status_code in (303, 410), answer.text
        return str(answer.headers.get("Location", ""))

    answers = all_at_once(50, allow)
    assert answers.count("/device/done") == 1
    assert records.count(busy, "SELECT count(*) FROM grants WHERE code_digest = ?", digest) == 1


def test_of_fifty_yes_and_no_at_once_one_counts(busy, busy_television):
    code = busy_television.code()
    asked = [at_the_question(busy, code) for _ in range(6)]

    def decide(number: int) -> str:
        form, cookies = asked[number % len(asked)]
        fields = {**form.fields, "decision": "allow" if number % 2 else "deny"}
        answer = visitor(busy).browser.post(
            busy.issuer + form.action, data=fields, cookies=cookies, allow_redirects=False
        )
        assert answer.status_code in (303, 410), answer.text
        return str(answer.headers.get("Location", ""))

    assert all_at_once(50, decide).count("/device/done") == 1
    answer = busy_television.poll(code)
    assert answer.status_code == 200 or answer.json()["error"] == "access_denied"


def test_fifty_questions_for_one_device_code_get_one_set_of_tokens(busy, busy_television):
    code = busy_television.code(scope="openid offline_access")
    form, cookies = at_the_question(busy, code)
    answers = all_at_once(10, lambda _: busy_television.poll(code))
    assert {answer.json()["error"] for answer in answers} <= {"authorization_pending", "slow_down"}
    visitor(busy).browser.post(busy.issuer + form.action, data={**form.fields, "decision": "allow"}, cookies=cookies)
    answers = all_at_once(50, lambda _: busy_television.poll(code))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 49
    assert {answer.json()["error"] for answer in answers if answer.status_code == 400} == {"invalid_grant"}
    tokens = next(answer.json() for answer in answers if answer.status_code == 200)
    assert busy_television.userinfo(tokens["access_token"]).status_code == 200, "the others were no thieves"
    assert busy_television.refresh(tokens["refresh_token"]).status_code == 200


def test_guesses_of_device_codes_at_once_are_no_more_than_one_by_one(busy, busy_television):
    guesser = visitor(busy)
    form = guesser.get("/device").form_with("user_code")
    adapter = guesser.browser.get_adapter("http://")
    assert isinstance(adapter, FromAddress)
    cookies = guesser.browser.cookies.get_dict()

    def guess(_: int) -> int:
        fields = {**form.fields, "user_code": "".join(secrets.choice("BCDFGHJKLMNPQRSTVWXZ") for _ in range(8))}
        return (
            visitor(busy, adapter.address)
            .browser.post(f"{busy.issuer}/device", data=fields, cookies=cookies)
            .status_code
        )

    statuses = all_at_once(40, guess)
    assert statuses.count(400) == 10 and statuses.count(429) == 30
