"""Guessers learn nothing and get few tries; people who are right are not disturbed (SECURITY 5: throttle, enumeration)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from idp import throttle
from tests.flows import records
from tests.flows.application import PASSWORD, Application
from tests.flows.test_races import all_at_once
from tests.flows.visitors import new_address, visitor
from tests.server import Server


@pytest.fixture(scope="module")
def guarded(idp_server: Callable[..., Server]) -> Server:
    """A provider of four processes, so that counters have to be shared."""
    server = idp_server(IDP_WORKERS="4")
    for name in ("alice", "carol", "dave", "erin"):
        server.add_user(name, PASSWORD)
    server.idp("user", "disable", "dave")
    return server


@pytest.fixture(scope="module")
def guarded_app(guarded: Server) -> Application:
    return Application(guarded, "--skip-consent")


def attempt(app: Application, username: str, password: str, address: str | None = None):
    """One try in a fresh browser; the page, or the answer's parameters."""
    person = visitor(app.server, address)
    person.get(app.url(login_hint="x"))
    page = person.submit(username=username, password=password)
    return app.answer(person.left_to) if person.left_to else page


def test_fifty_wrong_tries_at_once_count_as_fifty_and_the_right_one_waits(guarded, guarded_app):
    pages = all_at_once(50, lambda number: attempt(guarded_app, "carol", f"guess {number}"))
    assert {page.status for page in pages} == {400}
    counted = records.change(
        guarded, "UPDATE throttles SET failures = failures WHERE key = ? AND failures = ?", "account:carol", 50
    )
    assert counted == 1, "the counter is exact"
    refused = attempt(guarded_app, "carol", PASSWORD)
    assert refused.status == 400 and "five minutes" in refused.text
    assert attempt(guarded_app, "alice", PASSWORD)["code"], "nobody else is locked out"
    records.change(guarded, "UPDATE throttles SET expires_at = expires_at - 300")
    assert attempt(guarded_app, "carol", PASSWORD)["code"], "and it ends with the window"


def test_name_and_address_of_one_person_share_their_tries(guarded, guarded_app):
    for _ in range(5):
        attempt(guarded_app, "erin", "wrong")
        attempt(guarded_app, "erin@example.org", "wrong")
    assert attempt(guarded_app, "erin", PASSWORD).status == 400
    assert attempt(guarded_app, "erin@example.org", PASSWORD).status == 400


def test_ten_tries_from_one_address_are_the_last_for_all_names(guarded, guarded_app):
    address = new_address()
    for number in range(10):
        attempt(guarded_app, f"nobody{number}", "wrong", address)
    assert attempt(guarded_app, "alice", PASSWORD, address).status == 400
    assert attempt(guarded_app, "alice", PASSWORD)["code"]


def test_a_thousand_wrong_tries_of_everybody_shut_the_door_for_the_rest_of_five_minutes(guarded, guarded_app):
    records.change(
        guarded,
        "INSERT INTO throttles (key, failures, expires_at) VALUES ('everybody:all', 0, 0) ON CONFLICT DO NOTHING",
    )
    records.change(
        guarded,
        "UPDATE throttles SET failures = 996, expires_at = ? WHERE key = 'everybody:all'",
        int(time.time()) + 300,
    )
    for number in range(3):
        attempt(guarded_app, f"nobody{number}", "wrong")
    assert attempt(guarded_app, "alice", PASSWORD)["code"], "the thousandth has not come yet"
    attempt(guarded_app, "nobody", "wrong")
    assert attempt(guarded_app, "alice", PASSWORD).status == 400
    records.change(guarded, "UPDATE throttles SET expires_at = expires_at - 300 WHERE key = 'everybody:all'")
    assert attempt(guarded_app, "alice", PASSWORD)["code"]


def test_a_crowd_that_begins_and_never_signs_in_is_kept_out_and_the_rest_is_not(guarded, guarded_app):
    address = new_address()
    early, known = visitor(guarded, address), visitor(guarded, address)
    guarded_app.code(known)
    early.get(guarded_app.url())
    full = f"UPDATE throttles SET failures = {throttle.BEGUN.failures} WHERE key = ?"
    assert records.change(guarded, full, f"begun:{address}") == 1
    refused = visitor(guarded, address)
    page = refused.get(guarded_app.url())
    assert page.status == 429 and "five minutes" in page.text and not refused.browser.cookies
    assert guarded_app.ask(known)["code"], "single sign-on goes on"
    assert guarded_app.code(visitor(guarded)), "so do other homes"
    early.submit(username="alice", password=PASSWORD)
    assert guarded_app.answer(early.left_to)["code"], "and so does what has been begun"
    assert refused.get(guarded_app.url()).offers("password"), "which makes room for one more"


def test_fifty_right_sign_ins_at_once_all_succeed(guarded, guarded_app):
    address = new_address()  # a family behind one address
    answers = all_at_once(50, lambda _: attempt(guarded_app, "alice", PASSWORD, address))
    assert len({answer["code"] for answer in answers}) == 50


def test_a_right_password_forgives_the_wrong_ones_before(guarded, guarded_app):
    for _ in range(3):
        for _ in range(4):
            attempt(guarded_app, "alice", "wrong")
        assert attempt(guarded_app, "alice", PASSWORD)["code"]


def test_unknown_wrong_disabled_and_locked_look_the_same(guarded, guarded_app):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: attempt(guarded_app, "carol", "wrong"), range(10)))
    tries = {"unknown": "fritz", "wrong": "alice", "disabled": "dave", "locked": "carol"}
    pages = {}
    for what, name in tries.items():
        for password in ("wrong", PASSWORD) if what != "wrong" else ("wrong",):
            page = attempt(guarded_app, name, password)
            headers = {key: value for key, value in page.response.headers.items() if key.lower() not in ("date",)}
            shape = page.html.replace(name, "NAME")
            form = page.form_with("password")
            challenge = re.search(r'"challenge": *"([\w-]{43})"', shape)
            assert challenge, "the page offers passkeys to everybody"
            for unique in (form.fields["csrf_token"], form.action, challenge[1]):
                shape = shape.replace(unique, "")
            pages[what, password] = (page.status, headers.keys(), len(page.html) - len(name), shape)
    first = next(iter(pages.values()))
    assert [case for case, seen in pages.items() if seen[0] != first[0] or seen[1] != first[1]] == []
    assert len({seen[3] for seen in pages.values()}) == 1, (
        "the same page to the letter, but for the name that was typed"
    )


def test_client_secrets_can_not_be_told_from_unknown_clients(guarded, guarded_app):
    answers = [guarded_app.exchange("x", client_id=client, client_secret=secret)
               for client in (guarded_app.id, "cl_nobody") for secret in ("cs_wrong", "x" * 300)]  # fmt: skip
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
