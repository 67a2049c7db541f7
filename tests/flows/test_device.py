"""A device without a keyboard signs somebody in who types its code elsewhere (RFC 8628; RELYING-PARTIES 46)."""

from __future__ import annotations

import json
import re
import secrets
from typing import Any

import pytest
import requests

from tests.authenticator_app import set_up
from tests.flows import records
from tests.flows.application import PASSWORD, Application, error_of
from tests.flows.television import DEVICE_CODE, Television, type_code
from tests.flows.visitors import visitor
from tests.person import Person
from tests.server import Server


@pytest.fixture(scope="session")
def television(server: Server) -> Television:
    """A public device: an app on a television."""
    return Television(server, "--auth-method", "none")


@pytest.fixture(scope="session")
def box(server: Server) -> Television:
    """A confidential device, about whose applications nobody is asked for consent."""
    return Television(server, "--skip-consent")


def sign_in(person: Person, username: str = "alice") -> None:
    person.submit(username=username, password=PASSWORD)


def allow(person: Person, code: dict[str, Any], username: str = "alice") -> None:
    type_code(person, code["user_code"])
    if person.page.offers("password"):
        sign_in(person, username)
    person.submit(decision="allow")
    assert "go back to your device" in person.page.text


def test_a_device_gets_a_code_that_people_can_type_and_one_that_nobody_can_guess(server, television):
    answer = television.ask_for_code()
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    code = answer.json()
    assert code.keys() == {
        "device_code", "user_code", "verification_uri", "verification_uri_complete", "expires_in", "interval",
    }  # fmt: skip
    assert re.fullmatch(r"dc_[A-Za-z0-9_-]{43}", code["device_code"])
    assert re.fullmatch(r"[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", code["user_code"])
    assert code["verification_uri"] == f"{server.issuer}/device"
    assert code["verification_uri_complete"] == f"{server.issuer}/device?user_code={code['user_code']}"
    assert (code["expires_in"], code["interval"]) == (600, 5)
    assert records.count(server, "SELECT count(*) FROM device_codes WHERE digest = ?", code["device_code"]) == 0


def test_the_device_is_signed_in_as_by_any_sign_in(server, television, person):
    code = television.code(scope="openid profile email groups offline_access")
    assert error_of(television.poll(code)) == "authorization_pending"
    page = type_code(person, code["user_code"].lower().replace("-", ""))
    assert f"to let {television.name} in on your device" in page.text
    sign_in(person)
    assert television.name in person.page.text and code["user_code"] in person.page.text
    assert "Alice Example" in person.page.text and "It asked a moment ago" in person.page.text
    person.submit(decision="allow")
    assert "You can go back to your device" in person.page.text
    answer = television.poll(code)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    tokens = answer.json()
    assert tokens.keys() == {"access_token", "token_type", "expires_in", "scope", "id_token", "refresh_token"}
    claims = television.claims(tokens["id_token"])
    assert claims["preferred_username"] == "alice" and set(claims["groups"]) == {"family", "media"}
    assert (claims["acr"], claims["amr"]) == ("aal1", ["pwd"]) and "nonce" not in claims
    assert {"sid", "auth_time", "at_hash"} <= claims.keys()
    assert television.userinfo(tokens["access_token"]).json()["sub"] == claims["sub"]
    assert television.refresh(tokens["refresh_token"]).status_code == 200


def test_the_device_is_signed_in_as_the_browser_was_and_stays_so_when_that_signs_out(server, box, person):
    app = Application(server, "--skip-consent")
    by_redirect = app.claims(app.tokens(person)["id_token"])
    code = box.code()
    type_code(person, code["user_code"])
    person.submit(decision="allow")
    by_device = box.claims(box.poll(code).json()["id_token"])
    for claim in ("sub", "auth_time", "acr", "amr"):
        assert by_device[claim] == by_redirect[claim], claim
    assert by_device["sid"] != by_redirect["sid"]
    later = box.code()
    type_code(person, later["user_code"])
    person.submit(decision="allow")
    person.get("/logout")
    person.submit(decision="logout")
    assert box.poll(later).status_code == 200


def test_a_new_password_signs_the_device_out_too(server, box):
    name = f"viewer{secrets.token_hex(4)}"
    server.add_user(name, PASSWORD)
    person = Person(server.issuer)
    code = box.code(scope="openid offline_access")
    allow(person, code, name)
    tokens = box.poll(code).json()
    server.idp("user", "set", name, "--password-stdin", input="another long battery staple\n")
    assert box.userinfo(tokens["access_token"]).status_code == 401
    assert box.refresh(tokens["refresh_token"]).status_code == 400


def test_the_link_only_fills_the_code_in_and_it_is_asked_about_each_time(box, person):  # RFC 8628 3.3.1, 5.4
    for _ in range(2):
        code = box.code()
        page = person.get(code["verification_uri_complete"])
        assert page.form_with("user_code").fields["user_code"] == code["user_code"]
        assert "Only go on if you have started this yourself" in page.text
        person.submit(user_code=code["user_code"])
        if person.page.offers("password"):
            sign_in(person)
        assert "the device in front of you shows this very code" in person.page.text, "also with skip_consent"
        assert error_of(box.poll(code)) == "authorization_pending"
        person.submit(decision="allow")
        assert box.poll(code).status_code == 200


def test_who_says_no_is_believed_at_once(television, person):
    code = television.code()
    type_code(person, code["user_code"])
    sign_in(person)
    person.submit(decision="deny")
    assert "The device stays out" in person.page.text
    assert person.get("/device/done").status == 200, "it can be loaded again"
    assert error_of(television.poll(code)) == "access_denied"
    again = type_code(visitor(television.server), code["user_code"])
    assert again.status == 400 and "This code isn’t right, or not any more" in again.text


def test_only_a_signed_in_person_can_say_no(television, person):
    code = television.code()
    type_code(person, code["user_code"])
    form = person.page.form_with("username")
    for decision in ("deny", "allow"):
        person.browser.post(
            person.page.url, data={"csrf_token": form.fields["csrf_token"], "decision": decision}, timeout=30
        )
    assert error_of(television.poll(code)) == "authorization_pending"


def test_a_code_works_once_and_what_came_of_it_stays(television, person):
    code = television.code()
    allow(person, code)
    token = television.poll(code).json()["access_token"]
    for _ in range(2):
        refused = television.poll(code)
        assert (refused.status_code, error_of(refused)) == (400, "invalid_grant")
    assert television.userinfo(token).status_code == 200


def test_two_windows_can_t_decide_twice(television):
    code = television.code()
    first, second = visitor(television.server), visitor(television.server)
    for each in (first, second):
        type_code(each, code["user_code"])
        sign_in(each)
    first.submit(decision="allow")
    page = second.submit(decision="deny")
    assert page.status == 410 and "This code has been used already" in page.text
    assert television.poll(code).status_code == 200


def test_a_device_that_asks_too_often_has_to_wait_longer_each_time(server, television):  # RFC 8628 3.5
    code = television.code()
    assert error_of(television.poll(code)) == "authorization_pending"
    assert [error_of(television.poll(code)) for _ in range(3)] == ["slow_down"] * 3
    waited = "UPDATE device_codes SET polled_at = polled_at - ? WHERE polled_at + poll_interval > expires_at - 600"
    records.change(server, waited, 15)
    assert error_of(television.poll(code)) == "slow_down", "twenty seconds by now"
    records.change(server, waited, 25)
    assert error_of(television.poll(code)) == "authorization_pending"


def test_after_ten_minutes_device_and_person_are_told_that_it_is_too_late(server, television, person):
    code = television.code()
    type_code(person, code["user_code"])
    sign_in(person)
    records.change(
        server, "UPDATE device_codes SET expires_at = ? WHERE user_code = ?", 1, code["user_code"].replace("-", "")
    )
    assert error_of(television.poll(code)) == "expired_token"
    page = person.submit(decision="allow")
    assert page.status == 410 and "This code is too old" in page.text
    assert error_of(television.poll(code)) == "expired_token"


def test_codes_are_bound_to_their_client(server, television, box, person):
    code = television.code()
    allow(person, code)
    assert error_of(box.poll(code)) == "invalid_grant"
    assert television.poll(code).status_code == 200


def test_a_code_of_one_kind_is_not_a_code_of_the_other(server, person):
    both = Television(server, "--grant-type", "authorization_code", "--redirect-uri", "https://app.example/callback")
    code = both.code()
    allow(person, code)
    as_redirect = both.post("/token", grant_type="authorization_code", code=code["device_code"])
    assert error_of(as_redirect) == "invalid_grant"
    assert both.poll(code).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"device_code": None}, "invalid_request"),
        ({"device_code": "dc_" + "A" * 43}, "invalid_grant"),
        ({"client_secret": "x" * 40}, "invalid_client"),
        ({"client_id": None, "client_secret": None}, "invalid_client"),
    ],
)
def test_token_requests_that_can_t_be_answered(box, changes, error):
    form = {"grant_type": DEVICE_CODE, "device_code": box.code()["device_code"], **changes}
    assert error_of(box.post("/token", **form)) == error


def test_device_requests_that_can_t_be_answered(server, box, app):
    assert error_of(box.ask_for_code(client_secret="x" * 40)) == "invalid_client"
    assert error_of(box.ask_for_code(client_id=None)) == "invalid_client"
    assert error_of(box.ask_for_code(scope="nothing")) == "invalid_scope"
    assert error_of(box.ask_for_code(scope=None)) == "invalid_scope"
    assert error_of(app.post("/device_authorization", scope="openid")) == "unauthorized_client"
    assert error_of(app.post("/token", grant_type=DEVICE_CODE, device_code="x")) == "unauthorized_client"
    twice = requests.post(
        f"{server.issuer}/device_authorization", data=f"client_id={box.id}&scope=a&scope=b", timeout=30
    )
    assert error_of(twice) == "invalid_request"
    assert requests.get(f"{server.issuer}/device_authorization", timeout=30).status_code == 405


def test_who_may_not_use_the_application_may_not_let_its_device_in(server, person, bob):
    closed = Television(server, "--group", "family")
    code = closed.code()
    type_code(person, code["user_code"])
    sign_in(person, bob["username"])
    assert "isn’t shared with your account" in person.page.text and "Don’t let the device in" in person.page.html
    assert error_of(closed.poll(code)) == "authorization_pending", "they may know somebody who may"
    person.submit(decision="back")
    assert error_of(closed.poll(code)) == "access_denied"


def test_somebody_else_can_take_over_in_the_same_browser(server, television, person, bob):
    app = Application(server, "--skip-consent")
    app.code(person, bob["username"])
    code = television.code()
    assert "Bob Example" in type_code(person, code["user_code"]).text
    person.submit(decision="switch")
    sign_in(person)
    person.submit(decision="allow")
    claims = television.claims(television.poll(code).json()["id_token"])
    assert claims["preferred_username"] == "alice"


def test_an_application_that_wants_two_factors_gets_them_from_its_device_too(server, person, new_user):
    careful = Television(server, "--require-mfa")
    name = new_user()["username"]
    code = careful.code()
    type_code(person, code["user_code"])
    sign_in(person, name)
    phone, _ = set_up(person)
    person.submit(decision="allow")
    claims = careful.claims(careful.poll(code).json()["id_token"])
    assert claims["acr"] == "aal2" and {"pwd", "otp", "mfa"} <= set(claims["amr"])
    code, other = careful.code(), visitor(server)
    type_code(other, code["user_code"])
    sign_in(other, name)
    assert "to let" in other.page.text and other.page.offers("code")
    other.submit(code=phone.code())
    other.submit(decision="allow")
    assert careful.poll(code).status_code == 200


def test_a_disabled_person_lets_no_device_in_and_keeps_none(server, television, person, new_user):
    name = new_user()["username"]
    code = television.code()
    allow(person, code, name)
    server.idp("user", "disable", name)
    assert error_of(television.poll(code)) == "invalid_grant"
    code = television.code()
    type_code(visitor(server), code["user_code"])
    assert error_of(television.poll(code)) == "authorization_pending"


def test_a_switched_off_application_lets_no_device_in(server, person):
    off = Television(server)
    code = off.code()
    server.idp("client", "set", off.id, "--disable")
    assert type_code(person, code["user_code"]).status == 400
    assert error_of(off.poll(code)) == "invalid_client"


def test_one_attempt_tells_the_whole_story_and_polling_tells_nothing(server, television, person):
    code = television.code()
    for _ in range(5):
        television.poll(code)
    allow(person, code)
    television.poll(code)
    television.poll(code)
    rows = [json.loads(line) for line in server.idp("audit", "--client", television.id, "--json").splitlines()]
    story = [row for row in rows if row.get("attempt") == rows[-1]["attempt"]]
    assert [row["event"] for row in story] == [
        "device.requested", "device.code_entered", "sign_in", "device.allowed", "token.issued", "token.refused",
    ]  # fmt: skip
    assert code["user_code"] not in str(rows) and code["user_code"].replace("-", "") not in str(rows)
    assert code["device_code"] not in str(rows) + server.log()


def test_wrong_codes_are_refused_in_one_sentence_and_guessing_ends(server, television):  # RFC 8628 5.1
    guesser = visitor(server)
    code = television.code()
    letters = "BCDFGHJKLMNPQRSTVWXZ"
    answers = []
    for _ in range(15):
        guess = "".join(secrets.choice(letters) for _ in range(8))
        answers.append(type_code(guesser, guess))
    assert [page.status for page in answers] == [400] * 10 + [429] * 5
    assert len({page.text.replace(page.form_with("user_code").fields["user_code"], "") for page in answers[:10]}) == 1
    assert type_code(guesser, code["user_code"]).status == 429, "the right one is worth nothing then, either"
    assert type_code(visitor(server), code["user_code"]).status == 200, "elsewhere nothing has happened"


def test_looking_at_links_with_codes_tells_nothing_and_counts_nothing(server, television, person):
    code = television.code()["user_code"]
    right = person.get(f"/device?user_code={code}")
    for _ in range(20):
        wrong = person.get("/device?user_code=BBBB-BBBB")
        assert (wrong.status, wrong.text) == (right.status, right.text)
    assert person.get("/device?user_code=%3Cscript%3E").status == 200
    assert person.submit(user_code=code).status == 200


def test_nobody_decides_by_a_form_of_another_site(server, television, person):
    code = television.code()
    type_code(person, code["user_code"])
    sign_in(person)
    form = person.page.form_with("decision")
    for headers, fields in (
        ({"Sec-Fetch-Site": "cross-site"}, {**form.fields, "decision": "allow"}),
        ({}, {"decision": "allow"}),
    ):
        refused = person.browser.post(person.page.url, data=fields, headers=headers, timeout=30)
        assert refused.status_code in (400, 403)
    assert error_of(television.poll(code)) == "authorization_pending"


def test_a_decision_belongs_to_the_browser_that_typed_the_code(server, television, person):
    code = television.code()
    type_code(person, code["user_code"])
    sign_in(person)
    other = visitor(server)
    other.get("/account")
    assert other.get(person.page.url).status == 400 and "begun in another browser" in other.page.text
