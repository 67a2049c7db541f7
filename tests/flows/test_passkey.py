"""Signing in with a passkey through the pages, and every way around one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.flows import records
from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor
from tests.person import Person
from tests.security_key import UP, UV, SecurityKey, add_passkey, options_on
from tests.server import Server


@pytest.fixture(scope="module")
def bank(server: Server) -> Application:
    """An application that demands a second factor."""
    return Application(server, "--skip-consent", "--require-mfa")


@pytest.fixture
def newcomer(server: Server, bank: Application, new_user: Callable[..., dict[str, Any]]) -> tuple[str, SecurityKey]:
    """Somebody who has just added a passkey, and the passkey."""
    return _newcomer(server, bank, new_user)


def _newcomer(server: Server, bank: Application, new_user: Any, **kind: Any) -> tuple[str, SecurityKey]:
    name, person = new_user()["username"], visitor(server)
    person.get(bank.url())
    person.submit(username=name, password=PASSWORD)
    key = add_passkey(person, **kind)
    bank.answer(person.left_to)
    return name, key


def use(person: Person, key: SecurityKey, **changes: Any) -> None:
    """Answer the page that asks for a passkey."""
    person.submit(passkey=key.sign(options_on(person.page), **changes))


def claims(application: Application, person: Person) -> dict[str, Any]:
    """What the application reads about the person when the browser is back there."""
    answer = application.exchange(application.answer(person.left_to)["code"])
    return application.claims(answer.json()["id_token"])


def test_a_passkey_takes_three_requests_and_is_enough_for_everything(server, bank, app, newcomer):
    _, key = newcomer
    for application in (bank, app):
        person = visitor(server)
        person.get(application.url())
        use(person, key)
        told = claims(application, person)
        assert (told["amr"], told["acr"]) == (["hwk", "user", "mfa"], "aal2")


def test_enrolment_in_the_flow_counts_at_once(server, bank, new_user):
    person = visitor(server)
    person.get(bank.url())
    person.submit(username=new_user()["username"], password=PASSWORD)
    add_passkey(person)
    told = claims(bank, person)
    assert (told["amr"], told["acr"]) == (["pwd", "hwk", "user", "mfa"], "aal2")


def test_whoever_has_a_passkey_shows_it_after_the_password(server, app, newcomer):
    name, key = newcomer
    person = visitor(server)
    person.get(app.url())
    person.submit(username=name, password=PASSWORD)
    assert "One more step" in person.page.text
    use(person, key)
    assert claims(app, person)["amr"] == ["pwd", "hwk", "user", "mfa"]


def test_a_touch_is_a_second_factor_and_never_two(server, bank, app, new_user):
    name, key = _newcomer(server, bank, new_user, flags=UP)
    alone = visitor(server)
    alone.get(app.url())
    use(alone, key)
    assert alone.left_to is None and alone.page.status == 400
    assert "can’t sign you in by itself" in alone.page.text
    alone.submit(username=name, password=PASSWORD)
    use(alone, key)
    assert claims(app, alone)["amr"] == ["pwd", "hwk", "mfa"]


def test_somebody_elses_passkey_is_no_second_factor(server, bank, app, new_user, newcomer):
    name, _ = newcomer
    _, others = _newcomer(server, bank, new_user)
    person = visitor(server)
    person.get(app.url())
    person.submit(username=name, password=PASSWORD)
    use(person, others)
    assert person.left_to is None and person.page.status == 400
    person.get(app.url())
    assert "One more step" in person.page.text


def test_an_answer_given_in_another_browser_opens_nothing(server, app, newcomer):
    """A phishing site can relay a challenge, but not what a browser writes beside it; here it is a thief of answers."""
    _, key = newcomer
    victim, thief = visitor(server), visitor(server)
    victim.get(app.url())
    thief.get(app.url())
    stolen = key.sign(options_on(victim.page))
    thief.submit(passkey=stolen)
    assert thief.left_to is None and thief.page.status == 400
    victim.submit(passkey=stolen)
    assert app.answer(victim.left_to)["code"]


def test_an_answer_does_not_serve_another_tab(server, app, newcomer):
    _, key = newcomer
    person = visitor(server)
    person.get(app.url())
    answer = key.sign(options_on(person.page))
    person.get(app.url())
    person.submit(passkey=answer)
    assert person.left_to is None and person.page.status == 400


def test_a_page_that_refused_asks_anew(server, app, newcomer):
    _, key = newcomer
    person = visitor(server)
    asked = options_on(person.get(app.url()))
    use(person, key, client={"origin": "https://evil.example"})
    assert person.page.status == 400
    assert options_on(person.page)["challenge"] != asked["challenge"]
    use(person, key)
    assert app.answer(person.left_to)["code"]


def test_a_replayed_form_finds_nothing(server, app, newcomer):
    _, key = newcomer
    person = visitor(server)
    form = person.get(app.url()).form_with("passkey")
    sent = {**form.fields, "passkey": key.sign(options_on(person.page))}
    url = server.issuer + form.action
    cookies = person.browser.cookies.get_dict()
    assert person.browser.post(url, data=sent, allow_redirects=False).status_code == 303
    for jar in (cookies, person.browser.cookies.get_dict()):
        again = visitor(server).browser.post(url, data=sent, cookies=jar, allow_redirects=False)
        assert again.status_code in (400, 410)


def test_the_application_that_expects_somebody_else_gets_nobody(server, bank, app, new_user, newcomer):
    _, key = newcomer
    _, others = _newcomer(server, bank, new_user)
    person = visitor(server)
    person.get(app.url())
    use(person, key)
    hint = app.exchange(app.answer(person.left_to)["code"]).json()["id_token"]
    stranger = visitor(server)
    stranger.get(app.url(id_token_hint=hint))
    use(stranger, others)
    assert stranger.left_to is None and "another account" in stranger.page.text
    use(stranger, key)
    assert app.answer(stranger.left_to)["code"]


def test_who_must_sign_in_again_may_do_so_by_passkey(server, app, newcomer):
    _, key = newcomer
    person = visitor(server)
    person.get(app.url())
    use(person, key)
    before = claims(app, person)
    person.left_to = None
    person.get(app.url(prompt="login"))
    assert person.left_to is None
    use(person, key)
    after = claims(app, person)
    assert after["sub"] == before["sub"] and after["amr"] == ["hwk", "user", "mfa"]


def test_what_rested_is_woken_by_the_passkey_and_by_nothing_that_is_a_touch_too(server, bank, app, new_user):
    name, key = _newcomer(server, bank, new_user)
    person = visitor(server)
    person.get(app.url())
    person.submit(passkey=key.sign(options_on(person.page)), keep="yes")
    whose = "user_id = (SELECT id FROM users WHERE username = ?)"
    long_ago = """seen_at = seen_at - 7200, proofs = replace(proofs, '"at":1', '"at":-1')"""
    assert records.change(server, f"UPDATE sessions SET {long_ago} WHERE {whose}", name)
    person.left_to = None
    person.get(app.url())
    assert claims(app, person)["amr"] == ["pop"]
    person.left_to = None
    person.get(bank.url())
    key.flags = UP
    use(person, key)
    assert person.left_to is None and "isn’t enough" in person.page.text
    key.flags = UP | UV
    use(person, key)
    told = claims(bank, person)
    assert (told["amr"], told["acr"]) == (["pop", "hwk", "user", "mfa"], "aal2")


def test_a_disabled_person_is_a_stranger(server, app, newcomer):
    name, key = newcomer
    person, stranger = visitor(server), visitor(server)
    server.idp("user", "disable", name)
    for each, made in ((person, key), (stranger, SecurityKey(server.issuer, user_handle="AAAA"))):
        each.get(app.url())
        use(each, made)
        assert each.left_to is None and each.page.status == 400
    said = [each.page.text.partition("Sign in")[2][:300] for each in (person, stranger)]
    assert said[0] == said[1] and "passkey didn’t work" in said[0]
