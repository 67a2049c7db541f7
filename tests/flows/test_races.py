"""What may happen once happens once, and what may happen often fails nobody, with four processes at the same instant."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.authenticator_app import AuthenticatorApp, set_up
from tests.flows import records
from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor
from tests.person import Page, Person
from tests.server import Server


@pytest.fixture(scope="module")
def busy_app(busy: Server) -> Application:
    return Application(busy, "--skip-consent")


def all_at_once(times: int, do: Callable[[int], Any]) -> list[Any]:
    """What `do` returns, called by that many threads that start at the same instant."""
    barrier = threading.Barrier(times)

    def wait_and_do(number: int) -> Any:
        barrier.wait(30)
        return do(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(wait_and_do, range(times)))


def test_one_code_has_one_winner_and_its_token_dies_by_the_replays(busy, busy_app):  # RFC 6749 4.1.2
    """OP-CHECKLIST item 79."""
    for _ in range(3):
        code = busy_app.code(visitor(busy))
        answers = all_at_once(50, lambda _, code=code: busy_app.exchange(code))
        assert sorted(answer.status_code for answer in answers) == [200] + [400] * 49
        assert {answer.json()["error"] for answer in answers if answer.status_code == 400} == {"invalid_grant"}
        token = next(answer.json()["access_token"] for answer in answers if answer.status_code == 200)
        assert busy_app.userinfo(token).status_code == 401


def test_one_code_among_thieves_without_the_verifier_goes_to_its_client_and_stays(busy, busy_app):
    code = busy_app.code(visitor(busy))
    thieves = {"code_verifier": "x" * 43}
    answers = all_at_once(30, lambda number: busy_app.exchange(code, **({} if number == 15 else thieves)))
    winners = [answer.json()["access_token"] for answer in answers if answer.status_code == 200]
    assert len(winners) == 1 and busy_app.userinfo(winners[0]).status_code == 200


def test_one_refresh_token_has_one_follower_and_one_grant_whoever_asks(busy, busy_app):  # RFC 9700 4.14.2
    for _ in range(3):
        token = busy_app.tokens(visitor(busy), scope="openid offline_access")["refresh_token"]
        answers = all_at_once(50, lambda _, token=token: busy_app.refresh(token))
        assert {answer.status_code for answer in answers} == {200}
        given = {(answer.json()["refresh_token"], answer.json()["access_token"]) for answer in answers}
        assert len(given) == 1, "all are the same answer"
        follower, access_token = given.pop()
        assert busy_app.userinfo(access_token).status_code == 200
        assert busy_app.refresh(follower).status_code == 200
        digest = hashlib.sha256(token.encode()).hexdigest()
        family = "FROM refresh_tokens WHERE grant_id = (SELECT grant_id FROM refresh_tokens WHERE digest = ?)"
        assert records.count(busy, f"SELECT count(*) {family}", digest) == 3
        assert records.count(busy, f"SELECT count(*) {family} AND used_at IS NULL", digest) == 1


def test_of_two_links_of_a_chain_at_once_the_older_ends_it_or_nothing_happens(busy, busy_app):
    first = busy_app.tokens(visitor(busy), scope="openid offline_access")["refresh_token"]
    second = busy_app.refresh(first).json()["refresh_token"]
    answers = all_at_once(20, lambda number: busy_app.refresh(first if number % 2 else second))
    assert {answer.status_code for answer in answers} <= {200, 400}
    assert busy_app.refresh(first).status_code == 400, "its follower has been used"
    assert busy_app.refresh(second).status_code == 400, "so all of it is over"


def test_one_set_up_link_makes_one_administrator(busy):
    link = busy.idp("setup-link").strip()
    people = [visitor(busy) for _ in range(50)]
    for person in people:
        assert person.get(link).offers("password")

    def create(number: int) -> int:
        name = f"admin{number}"
        return (
            people[number].submit(username=name, email=f"{name}@example.org", display_name="", password=PASSWORD).status
        )

    statuses = all_at_once(50, create)
    assert sorted(set(statuses)) == [200, 410] and statuses.count(200) == 1
    assert len([user for user in busy.idp_json("user", "list") if user["admin"]]) == 1


def test_one_consent_page_gives_one_code(busy):
    asking = Application(busy)
    person = visitor(busy)
    person.get(asking.url())
    page = person.submit(username="alice", password=PASSWORD)
    form, cookies = page.form_with("decision"), person.browser.cookies.get_dict()

    def allow(_: int) -> str:
        answer = visitor(busy).browser.post(
            busy.issuer + form.action, data={**form.fields, "decision": "allow"}, cookies=cookies, allow_redirects=False
        )
        assert answer.status_code in (303, 410), answer.text
        return str(answer.headers.get("Location", ""))

    locations = all_at_once(20, allow)
    assert len([location for location in locations if "code=" in location]) == 1


def set_up_person(server: Server) -> tuple[str, AuthenticatorApp, list[str]]:
    """Somebody with an authenticator app and recovery codes; their user name."""
    name = f"user{secrets.token_hex(4)}"
    server.add_user(name, PASSWORD)
    person = visitor(server)
    person.get(Application(server, "--skip-consent", "--require-mfa").url())
    person.submit(username=name, password=PASSWORD)
    return name, *set_up(person, recovery_codes=True)


def at_the_second_factor(app: Application, name: str) -> Person:
    """Somebody in a fresh browser who has shown the password."""
    person = visitor(app.server)
    person.get(app.url())
    assert person.submit(username=name, password=PASSWORD).offers("code")
    return person


def winners(app: Application, people: list[Person], **form: str) -> int:
    """How many get in when all send the same form at the same instant."""

    def send(number: int) -> bool:
        page = people[number].submit(**form)
        assert people[number].left_to or page.status == 400, page.text
        return bool(people[number].left_to)

    return all_at_once(len(people), send).count(True)


def test_one_code_of_an_authenticator_app_has_one_winner(busy, busy_app):
    name, phone, _ = set_up_person(busy)
    people = [at_the_second_factor(busy_app, name) for _ in range(50)]
    assert winners(busy_app, people, code=phone.code()) == 1


def test_one_recovery_code_has_one_winner(busy, busy_app):
    name, _, codes = set_up_person(busy)
    people = [at_the_second_factor(busy_app, name) for _ in range(50)]
    for person in people:
        person.get(f"{person.page.url}?use=recovery_code")
    assert winners(busy_app, people, recovery_code=codes[0]) == 1
    assert "You have 9 codes left" in at_the_recovery_code(busy_app, name).text


def at_the_recovery_code(app: Application, name: str) -> Page:
    """The page that asks for a recovery code."""
    person = at_the_second_factor(app, name)
    return person.get(f"{person.page.url}?use=recovery_code")


def test_one_enrolment_confirmed_from_many_tabs_makes_one_authenticator(busy):
    name, app = f"user{secrets.token_hex(4)}", Application(busy, "--skip-consent", "--require-mfa")
    busy.add_user(name, PASSWORD)
    person = visitor(busy)
    person.get(app.url())
    person.submit(username=name, password=PASSWORD)
    page = person.submit(choose="totp")
    phone, form = AuthenticatorApp.scanning(page.html), page.form_with("code")
    code, cookies = phone.code(), person.browser.cookies.get_dict()

    def confirm(_: int) -> int:
        answer = visitor(busy).browser.post(
            busy.issuer + form.action, data={**form.fields, "code": code}, cookies=cookies, allow_redirects=False
        )
        assert answer.status_code in (303, 400, 410), answer.text
        return answer.status_code

    all_at_once(20, confirm)
    assert records.count(busy, "SELECT count(*) FROM credentials JOIN users ON users.id = credentials.user_id "
                         "WHERE authenticator = 'totp' AND username = ?", name) == 1  # fmt: skip
    other = at_the_second_factor(app, name)
    other.submit(code=phone.code())
    assert app.answer(other.left_to)["code"]


def test_complete_sign_ins_of_one_person_to_one_application_all_succeed(busy, busy_app):
    def sign_in(_: int) -> str:
        tokens = busy_app.tokens(visitor(busy))
        assert busy_app.userinfo(tokens["access_token"]).status_code == 200
        return str(busy_app.claims(tokens["id_token"])["sub"])

    assert len(set(all_at_once(32, sign_in))) == 1


def test_complete_sign_ins_with_consent_all_succeed(busy):
    asking = Application(busy)
    assert len(set(all_at_once(16, lambda _: asking.code(visitor(busy))))) == 16


def test_one_browser_with_many_tabs_gets_a_code_for_each(busy, busy_app):
    person = visitor(busy)
    busy_app.code(person)
    cookies = person.browser.cookies.get_dict()

    def tab(number: int) -> dict[str, str]:
        other = visitor(busy)
        other.browser.cookies.update(cookies)
        return busy_app.ask(other, state=str(number))

    answers = all_at_once(32, tab)
    assert [answer["state"] for answer in answers] == [str(number) for number in range(32)]
    assert len({answer["code"] for answer in answers}) == 32


def test_signing_out_while_codes_are_exchanged_leaves_no_token_alive(busy, busy_app):
    person = visitor(busy)
    scopes = ("openid", "openid offline_access")
    codes = [busy_app.code(person, scope=scopes[number % 2]) for number in range(12)]
    person.get("/logout")

    def act(number: int) -> Any:
        return person.submit(decision="logout") if number == 6 else busy_app.exchange(codes[number])

    answers = [answer for number, answer in enumerate(all_at_once(12, act)) if number != 6]
    assert {answer.status_code for answer in answers} <= {200, 400}
    tokens = [answer.json()["access_token"] for answer in answers if answer.status_code == 200]
    assert {busy_app.userinfo(token).status_code for token in tokens} <= {401}


def test_nothing_of_all_this_was_an_error_on_our_side(busy):
    assert "Traceback" not in busy.log() and " ERROR " not in busy.log()
