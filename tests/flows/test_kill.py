"""`kill -9` between any two requests of a sign-in loses no session, request, code, token or key (SECURITY 5: durability)."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.flows.application import PASSWORD, Application
from tests.flows.processes import kill_all, kill_one, workers
from tests.flows.visitors import visitor
from tests.server import Server


@pytest.fixture(scope="module")
def mortal(idp_server: Callable[..., Server]) -> Server:
    """A provider that is killed again and again."""
    server = idp_server(IDP_WORKERS="2")
    server.add_user("alice", PASSWORD)
    return server


@pytest.fixture(scope="module")
def mortal_app(mortal: Server) -> Application:
    return Application(mortal)


class Journey:
    """A sign-in as a row of requests, each resting on what the ones before have brought."""

    def __init__(self, server: Server) -> None:
        self.app, self.person = Application(server), visitor(server)

    def ask(self) -> None:
        form = self.person.get(self.app.url())
        assert form.offers("password")

    def load_again(self) -> None:
        assert self.person.get(self.person.page.url).offers("password")

    def sign_in(self) -> None:
        assert self.person.submit(username="alice", password=PASSWORD).offers("decision")

    def allow(self) -> None:
        self.person.submit(decision="allow")
        self.code = self.app.answer(self.person.left_to)["code"]

    def exchange(self) -> None:
        answer = self.app.exchange(self.code)
        assert answer.status_code == 200, answer.text
        self.tokens = answer.json()

    def verify(self) -> None:
        claims = self.app.claims(self.tokens["id_token"])
        assert self.app.userinfo(self.tokens["access_token"]).json()["sub"] == claims["sub"]

    def again(self) -> None:
        assert self.app.ask(self.person, prompt="none")["code"], "session and consent are still there"

    def replay(self) -> None:
        assert self.app.exchange(self.code).status_code == 400
        assert self.app.userinfo(self.tokens["access_token"]).status_code == 401


STEPS = ["ask", "load_again", "sign_in", "allow", "exchange", "verify", "again", "replay"]


@pytest.mark.parametrize("after", STEPS[:-1])
def test_a_sign_in_goes_on_after_a_kill(mortal, after):
    journey = Journey(mortal)
    for step in STEPS:
        getattr(journey, step)()
        if step == after:
            kill_all(mortal)
            mortal.start()
    assert "Traceback" not in mortal.log()


def test_what_was_ended_stays_ended_after_a_kill(mortal, mortal_app):
    person = visitor(mortal)
    token = mortal_app.tokens(person)["access_token"]
    person.get("/logout")
    person.submit(decision="logout")
    kill_all(mortal)
    mortal.start()
    assert mortal_app.userinfo(token).status_code == 401
    assert mortal_app.ask(person, prompt="none")["error"] == "login_required"


def test_the_keys_and_the_anti_forgery_secret_outlive_the_process(mortal):
    person = visitor(mortal)
    before = requests.get(f"{mortal.issuer}/jwks", timeout=10).content
    app = Application(mortal, "--skip-consent")
    person.get(app.url())
    kill_all(mortal)
    mortal.start()
    assert requests.get(f"{mortal.issuer}/jwks", timeout=10).content == before
    person.submit(username="alice", password=PASSWORD)
    assert app.answer(person.left_to)["code"], "a form that was open then is still good"


def test_a_killed_worker_is_replaced_and_people_go_on(mortal, mortal_app):
    person = visitor(mortal)
    mortal_app.code(person)
    before = workers(mortal)
    kill_one(before[0])
    answered = 0
    for _ in range(40):
        with contextlib.suppress(requests.ConnectionError):  # one may have been given to the one who died
            answered += requests.get(f"{mortal.issuer}/health", timeout=5).status_code == 200
    assert answered >= 39
    deadline = time.monotonic() + 20
    while len(set(workers(mortal)) - set(before)) < 1:
        assert time.monotonic() < deadline, "nobody took its place"
        time.sleep(0.1)
    assert mortal.is_running and mortal_app.ask(person, prompt="none")["code"]


def test_no_acknowledged_code_is_lost_when_the_server_dies_at_work(mortal, mortal_app):
    person = visitor(mortal)
    mortal_app.code(person)
    cookies = person.browser.cookies.get_dict()
    codes: list[str] = []

    def work(_: int) -> None:
        for _ in range(200):
            tab = visitor(mortal)
            tab.browser.cookies.update(cookies)
            try:
                codes.append(mortal_app.ask(tab)["code"])
            except requests.RequestException:
                return

    with ThreadPoolExecutor(4) as pool:
        workers_at = [pool.submit(work, number) for number in range(4)]
        time.sleep(0.3)
        kill_all(mortal)
        for each in workers_at:
            each.result()
    mortal.start()
    assert codes
    for code in codes[-30:]:
        assert mortal_app.exchange(code).status_code == 200
