"""From the first start to the first administrator, by a link that works once (DESIGN: first start)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.flows import records
from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor
from tests.server import Server

GOOD = {"username": "olga", "email": "olga@example.org", "display_name": "Olga", "password": PASSWORD}


@pytest.fixture(scope="module")
def fresh(idp_server: Callable[..., Server]) -> Server:
    """A provider in which nobody can administer yet."""
    return idp_server()


@pytest.fixture
def link(fresh: Server) -> str:
    """A good set-up link."""
    return fresh.idp("setup-link").strip()


def test_people_see_their_account_before_there_is_an_administrator(idp_server):
    server = idp_server()
    server.add_user("alice", PASSWORD)
    person = visitor(server)
    assert person.get("/").offers("password")
    page = person.submit(username="alice", password=PASSWORD)
    assert page.url == f"{server.issuer}/account" and "alice@example.org" in page.text


def test_the_first_start_prints_a_link_that_opens_the_form(idp_server):
    server = idp_server()
    links = re.findall(r"^ +(http\S+/setup\?link=\S+)$", server.log(), re.MULTILINE)
    assert len(links) == 1 and links[0].startswith(server.issuer)
    assert visitor(server).get(links[0]).offers("username")
    page = visitor(server).get("/account")
    assert page.status == 403 and "setup-link" in page.text, "without the link, the page says where it is"
    server.stop()
    server.start()
    assert visitor(server).get(links[0]).status == 410, "a later start prints another one"


def test_the_link_makes_one_administrator_who_reads_what_comes_next(idp_server):
    server = idp_server()
    person, link = visitor(server), server.idp("setup-link").strip()
    before = person.get(link).response.cookies.get("foyer") or person.browser.cookies["foyer"]
    page = person.submit(**GOOD)
    assert urlsplit(page.url).path == "/account" and page.status == 200
    for text in (
        "idp client add",
        f"Only this computer can open {server.issuer}.",
        "/admin/gallery",
        "idp user add",
        "Olga",
    ):
        assert text in page.text or text in page.html
    assert person.browser.cookies["foyer"] != before
    assert server.idp_json("user", "show", "olga")["admin"] is True
    for again in (visitor(server).get(link), person.get(link)):
        assert again.status == 410 and not again.forms
    own = Application(server, "--skip-consent")
    assert own.ask(person, prompt="none")["code"], "choosing the password was signing in"
    server.stop()
    server.start()
    assert server.log().count("/setup?link=") == 1, "nobody needs a link any more"


def test_the_strength_of_a_password_is_told_without_script(fresh, link):
    person = visitor(fresh)
    person.get(link)
    weak = person.submit(check="1", **{**GOOD, "password": "password"})
    assert weak.status == 200 and "Very weak" in weak.text and 'value="0"' in weak.html
    strong = person.submit(check="1", **GOOD)
    assert "Very strong" in strong.text and strong.form_with("username").fields["username"] == "olga"
    assert PASSWORD not in strong.html and fresh.idp_json("user", "list") == []


def test_the_strength_is_told_to_the_script_of_the_page_alone(fresh, link):
    person = visitor(fresh)
    token = person.get(link).form_with("password").fields["csrf_token"]
    address = fresh.issuer + "/setup/strength?" + urlsplit(link).query
    answer = person.browser.post(address, data={"password": PASSWORD}, headers={"X-CSRFToken": token})
    assert answer.json()["score"] == 4 and answer.json().keys() == {"score", "label", "warning", "suggestions"}
    assert person.browser.post(address, data={"password": PASSWORD}).status_code == 400
    elsewhere = person.browser.post(fresh.issuer + "/setup/strength", data={"csrf_token": token, "password": "x"})
    assert elsewhere.status_code == 410


@pytest.mark.parametrize("query", ["", "?link=", "?link=li_" + "A" * 43, "?link=%00", "?link=x&link=y"])
def test_a_made_up_link_opens_nothing(fresh, query):
    page = visitor(fresh).get("/setup" + query)
    assert page.status == 410 and not page.forms and "idp setup-link" in page.text


def test_a_newer_link_withdraws_the_older_one(fresh, link):
    newer = fresh.idp("setup-link").strip()
    assert visitor(fresh).get(link).status == 410
    assert visitor(fresh).get(newer).status == 200


def test_a_link_works_for_an_hour_also_when_its_form_was_open(fresh, link):
    person = visitor(fresh)
    person.get(link)
    assert records.change(fresh, "UPDATE links SET expires_at = expires_at - 3600 WHERE used_at IS NULL") == 1
    assert visitor(fresh).get(link).status == 410
    assert person.submit(**GOOD).status == 410
    assert fresh.idp_json("user", "list") == []


def test_the_form_belongs_to_the_browser_that_opened_it(fresh, link):
    person = visitor(fresh)
    form = person.get(link).form_with("password")
    answer = visitor(fresh).browser.post(link, data={**form.fields, **GOOD}, allow_redirects=False)
    assert answer.status_code == 400 and fresh.idp_json("user", "list") == []


def test_a_link_restores_an_administrator_who_is_locked_out(idp_server):
    server = idp_server()
    server.add_user("second", PASSWORD, "--admin")
    sub = server.add_user("olga", "the forgotten password is long", "--admin")["sub"]
    own, old = Application(server, "--skip-consent"), visitor(server)
    token = own.exchange(own.code(old, "olga", "the forgotten password is long")).json()["access_token"]
    server.idp("user", "set", "olga", "--no-admin")
    server.idp("user", "disable", "olga")
    person = visitor(server)
    person.get(server.idp("setup-link").strip())
    asked = person.submit(**GOOD)
    assert "Restore olga ?" in asked.text
    assert PASSWORD not in asked.html
    assert not server.idp_json("user", "show", "olga")["admin"], "nothing has happened yet"
    assert own.userinfo(token).status_code == 401, "as she is disabled"
    assert person.submit(restore="yes", password="short").status == 400
    assert "Very strong" in person.submit(check="1", password=PASSWORD).text
    assert person.submit(restore="yes", password=PASSWORD).url == f"{server.issuer}/account"
    shown = server.idp_json("user", "show", "olga")
    assert shown["admin"] and not shown["disabled"] and shown["sub"] == sub
    assert own.userinfo(token).status_code == 401 and own.ask(old, prompt="none")["error"] == "login_required"
    assert own.code(visitor(server), "olga")


def test_the_link_is_not_in_the_activity_log(fresh, link):
    handle = parse_qs(urlsplit(link).query)["link"][0]
    assert handle not in json.dumps(fresh.idp("audit", "--json")) and "a set-up link was made" in fresh.idp("audit")


def test_all_that_is_wrong_is_said_in_one_round(fresh, link):
    person = visitor(fresh)
    person.get(link)
    page = person.submit(username="1", email="", display_name="Ol\u202ega", password="short")
    assert page.status == 400
    assert re.findall(r'<a href="#([a-z_]+)">', page.html) == ["username", "email", "display_name", "password"]


def test_a_name_that_somebody_has_is_asked_about_and_another_one_can_be_chosen(fresh, link):
    fresh.add_user("henry", PASSWORD)
    person = visitor(fresh)
    person.get(link)
    assert person.submit(**{**GOOD, "username": " Henry "}).offers("restore")
    assert person.get(link).form_with("username").fields["username"] == ""
    assert not fresh.idp_json("user", "show", "henry")["admin"]
    fresh.idp("user", "delete", "henry", "--yes")


@pytest.mark.parametrize("changes, about", [
    ({"password": "short"}, "password"), ({"password": "password1234567"}, "password"),
    ({"password": "a" * 1_100}, "password"), ({"password": ""}, "password"),
    ({"username": ""}, "username"), ({"username": "1olga"}, "username"), ({"username": "ol ga"}, "username"),
    ({"email": "nobody"}, "email"), ({"email": ""}, "email"), ({"display_name": "Ol\u202ega"}, "display_name"),
], ids=lambda value: str(value)[:40])  # fmt: skip
def test_what_can_not_be_taken_is_said_at_its_field_and_the_link_stays_good(fresh, link, changes, about):
    person = visitor(fresh)
    person.get(link)
    page = person.submit(**{**GOOD, **changes})
    assert page.status == 400 and f'href="#{about}"' in page.html
    assert page.form_with("username").fields["email"] == {**GOOD, **changes}["email"]
    assert page.form_with("password").fields["password"] == ""
    assert visitor(fresh).get(link).status == 200
    assert fresh.run("user", "show", GOOD["username"]).returncode == 1


def test_a_password_of_the_own_name_alone_is_easy_to_guess(fresh, link):  # SECURITY 5: context words
    person = visitor(fresh)
    person.get(link)
    page = person.submit(**{**GOOD, "password": "olga olga olga olga"})
    assert page.status == 400 and 'href="#password"' in page.html
