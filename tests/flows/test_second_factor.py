"""Setting up an authenticator app and recovery codes inside a sign-in, and signing in with them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest

from tests.authenticator_app import AuthenticatorApp, set_up
from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor
from tests.person import Person
from tests.server import Server


@pytest.fixture(scope="session")
def strict_app(server: Server) -> Application:
    """An application that demands a second factor."""
    return Application(server, "--skip-consent", "--require-mfa")


def begin(person: Person, app: Application, username: str) -> Person:
    """Come from an application and show the password."""
    person.left_to = None
    person.get(app.url())
    person.submit(username=username, password=PASSWORD)
    return person


@pytest.fixture
def name(new_user: Callable[..., dict[str, Any]]) -> str:
    """Somebody with a password only."""
    return str(new_user()["username"])


def test_who_has_nothing_sets_up_an_app_and_goes_on_to_the_application(server, strict_app, name):
    person = begin(visitor(server), strict_app, name)
    page = person.submit(choose="totp")
    app = AuthenticatorApp.scanning(page.html)
    assert (app.kind, app.issuer, app.label) == ("totp", "Foyer", f"Foyer:{name}")
    assert re.search(r"[A-Z2-7]{4}( [A-Z2-7]{4}){7}", page.text), "the secret in groups of four"
    assert 'src="data:image/svg+xml' in page.html
    page = person.submit(code=app.code(), name="Phone")
    assert "Recovery codes" in page.text
    page = person.submit(decision="create")
    codes = re.findall(r"<code>([A-Z2-7-]+)</code>", page.html)
    assert len(set(codes)) == 10 and all(len(code.replace("-", "")) == 24 for code in codes)
    person.submit(csrf_token=page.forms[0].fields["csrf_token"])
    tokens = strict_app.exchange(strict_app.answer(person.left_to)["code"]).json()
    claims = strict_app.claims(tokens["id_token"])
    assert (claims["amr"], claims["acr"]) == (["pwd", "otp", "mfa"], "aal2")
    assert not set(codes) & set(re.findall("[A-Z2-7-]{29}", person.get("/account").html)), "shown once"


def test_a_group_demands_it_of_its_people_at_every_application_and_at_their_account(server, app, name):
    group = f"strict{secrets.token_hex(4)}"
    server.idp("group", "add", group)
    server.idp("group", "grant", group, name)
    person = begin(visitor(server), app, name)
    assert person.left_to is not None, "the group demands nothing yet"
    server.idp("group", "set", group, "--require-mfa")
    for demanding in (lambda: person.get(app.url()), lambda: person.get("/account")):
        assert demanding().offers("choose")
    person = begin(visitor(server), app, name)
    set_up(person)
    claims = app.claims(app.exchange(app.answer(person.left_to)["code"]).json()["id_token"])
    assert (claims["amr"], claims["acr"]) == (["pwd", "otp", "mfa"], "aal2")


def test_the_provider_demands_it_of_everybody_on_every_process_from_that_moment_on(idp_server):
    server = idp_server(IDP_WORKERS="2")
    server.add_user("alice", PASSWORD)
    app = Application(server, "--skip-consent")
    people = [begin(visitor(server), app, "alice") for _ in range(4)]
    assert all(person.left_to is not None for person in people)
    server.idp("settings", "set", "--require-mfa")
    for person in people:
        assert person.get(app.url()).offers("choose")
        assert person.get("/account").offers("choose")


def test_the_codes_can_be_saved_as_a_file_without_asking_us(server, strict_app, name):
    person = begin(visitor(server), strict_app, name)
    app = AuthenticatorApp.scanning(person.submit(choose="totp").html)
    person.submit(code=app.code())
    page = person.submit(decision="create")
    (link,) = re.findall(r'download="([^"]+)" href="data:text/plain;charset=utf-8,([^"]+)"', page.html)
    lines = unquote(link[1]).split("\r\n")
    assert link[0] == f"recovery-codes-{name}.txt"
    assert lines[2:12] == re.findall(r"<li><code>([A-Z2-7-]+)</code>", page.html)
    assert name in lines[0]


def test_whoever_has_an_app_is_asked_for_its_code_everywhere(server, app, strict_app, name):
    phone, _ = set_up(begin(visitor(server), strict_app, name))
    person = begin(visitor(server), app, name)
    assert person.page.offers("code") and person.left_to is None
    code = phone.code()
    person.submit(code=f" {code[:3]} {code[3:]} ")
    claims = app.claims(app.exchange(app.answer(person.left_to)["code"]).json()["id_token"])
    assert (claims["amr"], claims["acr"]) == (["pwd", "otp", "mfa"], "aal2")


def test_a_recovery_code_stands_in_once_however_it_is_typed(server, app, strict_app, name):
    _, codes = set_up(begin(visitor(server), strict_app, name), recovery_codes=True)
    person = begin(visitor(server), app, name)
    page = person.get(f"{person.page.url}?use=recovery_code")
    assert "You have 10 codes left" in page.text
    person.submit(recovery_code=codes[0].lower().replace("-", " "))
    claims = app.claims(app.exchange(app.answer(person.left_to)["code"]).json()["id_token"])
    assert (claims["amr"], claims["acr"]) == (["pwd", "otp", "mfa"], "aal2")
    person = begin(visitor(server), app, name)
    page = person.get(f"{person.page.url}?use=recovery_code")
    page = person.submit(recovery_code=codes[0])
    assert page.status == 400 and "works once" in page.text and "You have 9 codes left" in page.text
    assert page.offers("recovery_code"), "the page stays with the chosen way"


def test_when_codes_run_out_new_ones_are_offered_right_after_signing_in(server, app, strict_app, name):
    _, codes = set_up(begin(visitor(server), strict_app, name), recovery_codes=True)

    def spend(number: int) -> Person:
        person = begin(visitor(server), app, name)
        person.get(f"{person.page.url}?use=recovery_code")
        person.submit(recovery_code=codes[number])
        return person

    for number in range(7):
        assert spend(number).left_to, "three are enough"
    person = spend(7)
    assert person.left_to is None and "You have 2 recovery codes left" in person.page.text
    person.submit(decision="later")
    assert app.answer(person.left_to)["code"]
    person = spend(8)
    assert "You have one recovery code left" in person.page.text
    new = re.findall(r"<li><code>([A-Z2-7-]+)</code>", person.submit(decision="create").html)
    person.submit(csrf_token=person.page.forms[0].fields["csrf_token"])
    assert app.answer(person.left_to)["code"] and len(new) == 10
    person = begin(visitor(server), app, name)
    person.get(f"{person.page.url}?use=recovery_code")
    assert person.submit(recovery_code=codes[9]).status == 400, "the old ones are gone"
    person.submit(recovery_code=new[0])
    assert app.answer(person.left_to)["code"]


def test_whoever_has_lost_it_reads_who_resets_it_and_who_administers_the_command(
    server, app, strict_app, name, new_user
):
    address = f"{secrets.token_hex(4)}@example.org"
    root = str(new_user("--admin", "--email", address)["username"])
    for username in (name, root):
        set_up(begin(visitor(server), strict_app, username))
    assert address not in visitor(server).get(app.url()).html, "strangers aren't told who looks after it"
    page = begin(visitor(server), app, name).page
    assert "Lost your phone or key?" in page.text and address in page.text
    assert "reset-factors" not in page.text
    page = begin(visitor(server), app, root).page
    assert address not in page.text and f"user reset-factors {root}" in page.text
