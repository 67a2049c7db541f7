"""The browser's session: whose it is, when its cookie changes, what ends it, what another browser can do with it."""

from __future__ import annotations

import re
import secrets

import pytest
import requests

from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor


def cookie_of(person) -> str:
    return str(person.browser.cookies["foyer"])


def post(person, page, name: str, **fields: str):
    """Send the form of an earlier page, as a browser does after Back."""
    person.page, person.left_to = page, None
    assert page.offers(name)
    return person.submit(**fields)


def test_the_cookie_changes_at_sign_in_and_the_old_one_is_worth_nothing(app, person, server):
    person.get(app.url())
    before = cookie_of(person)
    person.submit(username="alice", password=PASSWORD)
    assert cookie_of(person) != before
    thief = visitor(server)
    thief.browser.cookies.set("foyer", before)
    assert app.ask(thief, prompt="none")["error"] == "login_required"
    assert app.ask(person, prompt="none")["code"]


def test_a_cookie_that_was_planted_before_signing_in_opens_nothing(app, server):  # session fixation
    attacker, victim = visitor(server), visitor(server)
    page = attacker.get(app.url())
    victim.browser.cookies.set("foyer", cookie_of(attacker))
    victim.get(page.url)
    victim.submit(username="alice", password=PASSWORD)
    assert app.answer(victim.left_to)["code"]
    assert app.ask(attacker, prompt="none")["error"] == "login_required"
    assert attacker.get(page.url).status == 410


def test_the_cookie_changes_when_the_person_signs_in_again(app, person, server):
    app.code(person)
    before = cookie_of(person)
    page = person.get(app.url(prompt="login"))
    assert page.offers("password")
    person.submit(username="alice", password=PASSWORD)
    assert cookie_of(person) != before
    old = visitor(server)
    old.browser.cookies.set("foyer", before)
    assert app.ask(old, prompt="none")["error"] == "login_required"


def test_a_sign_in_that_was_begun_in_one_browser_can_not_be_ended_in_another(app, server):
    one, other, third = visitor(server), visitor(server), visitor(server)
    page = one.get(app.url())
    assert "cookie" in other.get(page.url).text and other.page.status == 400
    third.get(app.url())
    assert third.get(page.url).status == 400 and "begun in another browser" in third.page.text
    form = page.form_with("password")
    answer = third.browser.post(
        page.url, data={**form.fields, "username": "alice", "password": PASSWORD}, allow_redirects=False
    )
    assert answer.status_code == 400 and "Location" not in answer.headers
    assert "begun in another browser" in answer.text and "another window" not in answer.text
    one.submit(username="alice", password=PASSWORD)
    assert app.answer(one.left_to)["code"], "and the first browser was not disturbed"


def test_a_password_form_that_is_sent_at_a_later_step_records_nothing(asking_app, person):
    page = person.get(asking_app.url(prompt="consent"))
    consent = person.submit(username="alice", password=PASSWORD)
    assert consent.offers("decision")
    assert post(person, page, "password", username="alice", password=PASSWORD).status == 400, "its token is spent"
    stale = requests.Request("POST", page.url.split("?")[0] + "?step=login",
                             data={"csrf_token": consent.form_with("decision").fields["csrf_token"],
                                   "username": "alice", "password": "wrong", "decision": "allow"})  # fmt: skip
    answer = person.browser.send(person.browser.prepare_request(stale), allow_redirects=False)
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/interaction/")
    assert person.get(answer.headers["Location"]).offers("decision"), "neither a failure nor a yes was recorded"


def test_a_sign_in_that_is_sent_twice_is_refused_the_second_time(app, person):
    page = person.get(app.url())
    person.submit(username="alice", password=PASSWORD)
    assert app.answer(person.left_to)["code"]
    assert post(person, page, "password", username="alice", password=PASSWORD).status in (400, 410)
    assert person.left_to is None


def test_two_tabs_are_two_requests_and_one_sign_in_serves_both(app, other_app, person):
    first = person.get(app.url(state="first"))
    second = person.get(other_app.url(state="second"))
    post(person, second, "password", username="alice", password=PASSWORD)
    assert other_app.answer(person.left_to)["state"] == "second"
    person.left_to = None
    person.get(first.url)
    assert app.answer(person.left_to)["state"] == "first"


def test_somebody_else_in_the_same_browser_starts_with_nothing_of_the_first(app, person, bob, server):
    first = app.tokens(person)
    person.left_to = None
    person.get(app.url(prompt="login"))
    person.submit(username=bob["username"], password=PASSWORD)
    second = app.exchange(app.answer(person.left_to)["code"]).json()
    claims = [app.claims(tokens["id_token"]) for tokens in (first, second)]
    assert claims[0]["sub"] != claims[1]["sub"] == bob["sub"] and claims[0]["sid"] != claims[1]["sid"]
    assert app.ask(person, id_token_hint=first["id_token"], prompt="none")["error"] == "login_required"


def become_another(app, person, bob, server):
    person.get(app.url(prompt="login"))
    person.submit(username=bob["username"], password=PASSWORD)
    assert app.answer(person.left_to)["code"]


def become_nobody(app, person, bob, server):
    person.get(app.url(prompt="consent"))
    assert person.submit(decision="switch").offers("password")


def become_a_guest(app, person, bob, server):
    name = f"guest{secrets.token_hex(4)}"
    person.get(server.idp_json("invitation", "add")["link"])
    page = person.submit(username=name, email=f"{name}@example.org", password=PASSWORD)
    assert name in page.text


@pytest.mark.parametrize("become", [become_another, become_nobody, become_a_guest])
def test_who_leaves_a_browser_to_somebody_else_leaves_no_tokens_of_that_session(app, person, bob, server, become):
    online = Application(server, "--skip-consent", "--always-refresh")
    elsewhere = online.tokens(visitor(server))
    offline = app.tokens(person, scope="openid offline_access")
    left, unused = online.tokens(person), online.ask(person)["code"]
    person.left_to = None
    become(app, person, bob, server)
    assert online.userinfo(left["access_token"]).status_code == 401
    assert online.refresh(left["refresh_token"]).json()["error"] == "invalid_grant"
    assert online.exchange(unused).json()["error"] == "invalid_grant"
    assert app.userinfo(offline["access_token"]).status_code == 401
    assert app.refresh(offline["refresh_token"]).status_code == 200, "what is offline goes on while they are away"
    assert online.userinfo(elsewhere["access_token"]).status_code == 200, "so does what they have in other browsers"


def test_who_shows_again_who_they_are_keeps_their_tokens(app, person):
    token = app.tokens(person)["access_token"]
    assert app.tokens(person, prompt="login") and app.userinfo(token).status_code == 200


def test_signing_out_ends_the_session_and_its_tokens_after_asking(app, person, server):
    token, handle = app.tokens(person)["access_token"], cookie_of(person)
    page = person.get("/logout")
    assert "<title>Sign out" in page.html and app.userinfo(token).status_code == 200, "the link alone does nothing"
    assert person.submit(decision="stay").url.endswith("/account") or person.page.status in (200, 403)
    person.get("/logout")
    page = person.submit(decision="logout")
    assert "<title>Signed out" in page.html and "foyer" not in person.browser.cookies
    assert page.response.headers["Clear-Site-Data"] == '"cache", "storage"'
    thief = visitor(server)
    thief.browser.cookies.set("foyer", handle)
    assert app.ask(thief, prompt="none")["error"] == "login_required"
    assert app.userinfo(token).status_code == 401
    assert "<title>Signed out" in visitor(server).get("/logout").html


@pytest.mark.parametrize("end", ["disable", "password", "delete"])
def test_shutting_somebody_out_ends_their_sessions_and_tokens_at_once(app, server, new_user, end):
    name, person = new_user()["username"], visitor(server)
    token = app.tokens(person, name)["access_token"]
    if end == "password":
        server.idp("user", "set", name, "--password-stdin", input="another horse battery staple")
    else:
        server.idp("user", end, name, *(["--yes"] if end == "delete" else []))
    assert app.ask(person, prompt="none")["error"] == "login_required"
    assert app.userinfo(token).status_code == 401
    if end == "disable":
        server.idp("user", "enable", name)
        assert app.ask(person, prompt="none")["error"] == "login_required", "letting them in again revives nothing"
        assert app.userinfo(token).status_code == 401


def test_the_cookie_is_for_us_alone_and_goes_with_the_browser(app, server):
    """OP-CHECKLIST item 67."""
    answer = requests.get(app.url(), allow_redirects=False, timeout=10)
    flags = [part.strip().lower() for part in answer.headers["Set-Cookie"].split(";")]
    assert re.fullmatch(r"foyer=se_[a-z0-9_-]{43}", flags[0])
    assert sorted(flags[1:]) == ["httponly", "path=/", "samesite=lax"]


def test_on_https_the_cookie_can_not_be_planted_by_another_host(idp_server):
    """OP-CHECKLIST item 67."""
    server = idp_server(IDP_ISSUER="https://id.example.org")
    own = Application(server)
    answer = requests.get(
        own.url().replace(server.issuer, f"http://127.0.0.1:{server.port}"), headers={"Host": "id.example.org"},
        allow_redirects=False, timeout=10,
    )  # fmt: skip
    flags = [part.strip().lower() for part in answer.headers["Set-Cookie"].split(";")]
    assert flags[0].startswith("__host-foyer=se_")
    assert sorted(flags[1:]) == ["httponly", "path=/", "samesite=lax", "secure"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("joint", ["; ", "; other=1; "])
def test_a_second_cookie_of_our_name_makes_both_count_for_nothing(app, person, joint):
    app.code(person)
    mine = f"foyer={cookie_of(person)}"
    url = app.url(prompt="none")

    def sent(cookies: str) -> str:
        answer = requests.get(url, headers={"Cookie": cookies}, allow_redirects=False, timeout=10)
        return answer.headers["Location"]

    assert "code=" in sent(mine) and "code=" in sent("other=1; foyer2=x; " + mine)
    for cookies in (joint.join([mine, "foyer=se_x"]), joint.join(["foyer=se_x", mine]), joint.join([mine, mine])):
        assert "error=login_required" in sent(cookies)


@pytest.mark.parametrize("value", ["", "x", "se_" + "A" * 43, "se_" + "A" * 20_000, '"', "se_%00", "at_" + "A" * 43])
def test_a_cookie_that_is_nonsense_is_nobodys(app, server, value):
    answer = requests.get(
        app.url(prompt="none"), headers={"Cookie": f"foyer={value}"}, allow_redirects=False, timeout=10
    )
    assert "error=login_required" in answer.headers["Location"]
