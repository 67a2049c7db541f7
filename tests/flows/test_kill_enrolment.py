"""`kill -9` at any point of setting up a second factor leaves an account that can be used: with it or without it."""

from __future__ import annotations

import contextlib
import re
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.authenticator_app import AuthenticatorApp, set_up
from tests.flows import records
from tests.flows.application import PASSWORD, Application
from tests.flows.processes import kill_all
from tests.flows.visitors import visitor
from tests.security_key import SecurityKey, add_passkey, options_on
from tests.server import Server


@pytest.fixture(scope="module")
def mortal(idp_server: Callable[..., Server]) -> Server:
    """A provider that is killed again and again."""
    return idp_server(IDP_WORKERS="2")


@pytest.fixture(scope="module")
def strict_app(mortal: Server) -> Application:
    return Application(mortal, "--skip-consent", "--require-mfa")


def somebody(server: Server) -> str:
    """One more person with a password only."""
    name = f"user{secrets.token_hex(4)}"
    server.add_user(name, PASSWORD)
    return name


def die_and_rise(server: Server) -> None:
    """The power goes, and comes back."""
    kill_all(server)
    server.start()


class Enrolment:
    """Setting up an app and recovery codes as a row of requests, each resting on what the ones before have brought."""

    def __init__(self, app: Application, name: str) -> None:
        self.app, self.name, self.person = app, name, visitor(app.server)
        self.phone: AuthenticatorApp | None = None
        self.codes: list[str] = []

    def ask(self) -> None:
        assert self.person.get(self.app.url()).offers("password")

    def sign_in(self) -> None:
        assert self.person.submit(username=self.name, password=PASSWORD).offers("choose")

    def choose(self) -> None:
        self.scanned = AuthenticatorApp.scanning(self.person.submit(choose="totp").html)

    def look_again(self) -> None:
        page = self.person.get(self.person.page.url)
        assert AuthenticatorApp.scanning(page.html).secret == self.scanned.secret, "what was scanned is still good"

    def confirm(self) -> None:
        self.phone = self.scanned
        assert self.person.submit(code=self.phone.code()).offers("decision")

    def create(self) -> None:
        page = self.person.submit(decision="create")
        self.codes = re.findall(r"<li><code>([A-Z2-7-]+)</code>", page.html)
        assert len(self.codes) == 10

    def saved(self) -> None:
        self.person.submit(csrf_token=self.person.page.forms[0].fields["csrf_token"])
        assert self.app.answer(self.person.left_to)["code"]


STEPS = ["ask", "sign_in", "choose", "look_again", "confirm", "create", "saved"]


def uses_the_account(app: Application, name: str, phone: AuthenticatorApp | None, codes: list[str]) -> None:
    """Somebody signs in anew: with what they have, or by setting it up."""
    person = visitor(app.server)
    person.get(app.url())
    page = person.submit(username=name, password=PASSWORD)
    if phone is None:
        assert page.offers("choose"), "nothing counts that wasn't confirmed"
        set_up(person)
    elif codes:
        page = person.get(f"{page.url}?use=recovery_code")
        person.submit(recovery_code=codes.pop())
    else:
        person.submit(code=phone.code())
    assert app.answer(person.left_to)["code"]


def halted(app: Application, steps: list[str]) -> list[tuple[Enrolment, list[str]]]:
    """Enrolments of as many people that have come to each of these steps, and what is left of them."""
    begun = []
    for number in range(1, len(steps) + 1):
        enrolment = Enrolment(app, somebody(app.server))
        for step in steps[:number]:
            getattr(enrolment, step)()
        begun.append((enrolment, STEPS[number:]))
    return begun


def test_an_enrolment_that_a_kill_breaks_off_leaves_an_account_that_works(mortal, strict_app):
    enrolments = halted(strict_app, STEPS)
    die_and_rise(mortal)
    for enrolment, _ in enrolments:
        uses_the_account(strict_app, enrolment.name, enrolment.phone, enrolment.codes)
    assert "Traceback" not in mortal.log()


def test_an_enrolment_goes_on_after_a_kill(mortal, strict_app):
    enrolments = halted(strict_app, STEPS[:-1])
    die_and_rise(mortal)
    for enrolment, rest in enrolments:
        for step in rest:
            getattr(enrolment, step)()
        uses_the_account(strict_app, enrolment.name, enrolment.phone, enrolment.codes)


@pytest.mark.parametrize("killed", ["before the answer", "after the answer", "after the codes were declined"])
def test_a_passkey_that_a_kill_breaks_off_is_there_or_can_be_added_again(mortal, strict_app, killed):
    name, person = somebody(mortal), visitor(mortal)
    person.get(strict_app.url())
    person.submit(username=name, password=PASSWORD)
    key = SecurityKey(mortal.issuer)
    answer = key.create(options_on(person.submit(choose="passkey")))
    if killed != "before the answer":
        assert person.submit(passkey=answer).offers("decision")
    if killed == "after the codes were declined":
        person.submit(decision="later")
    die_and_rise(mortal)
    again = visitor(mortal)
    page = again.get(strict_app.url())
    if killed == "before the answer":
        again.submit(username=name, password=PASSWORD)
        assert again.page.offers("choose"), "nothing counts that wasn't confirmed"
        add_passkey(again)
    else:
        again.submit(passkey=key.sign(options_on(page)))
    assert strict_app.answer(again.left_to)["code"]


@pytest.mark.parametrize("moment", [0.002, 0.01, 0.03])  # seconds
def test_a_kill_while_apps_are_confirmed_leaves_each_whole_or_not_there(mortal, strict_app, moment):
    enrolments = [Enrolment(strict_app, somebody(mortal)) for _ in range(8)]
    for enrolment in enrolments:
        for step in ("ask", "sign_in", "choose"):
            getattr(enrolment, step)()
    acknowledged: set[str] = set()

    def confirm(enrolment: Enrolment) -> None:
        with contextlib.suppress(requests.RequestException):
            if enrolment.person.submit(code=enrolment.scanned.code()).offers("decision"):
                acknowledged.add(enrolment.name)

    with ThreadPoolExecutor(len(enrolments)) as pool:
        pool.map(confirm, enrolments)
        time.sleep(moment)
        kill_all(mortal)
    mortal.start()
    for enrolment in enrolments:
        has_it = records.count(
            mortal,
            "SELECT count(*) FROM credentials JOIN users ON users.id = credentials.user_id "
            "WHERE authenticator = 'totp' AND username = ?",
            enrolment.name,
        )
        assert has_it or enrolment.name not in acknowledged, "what was acknowledged is there"
        uses_the_account(strict_app, enrolment.name, enrolment.scanned if has_it else None, [])
