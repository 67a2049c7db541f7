"""Asking for a sign-in link by mail, from the sign-in page to a new password, and what strangers don't learn by it."""

from __future__ import annotations

import pytest
import requests

from tests.flows import records
from tests.flows.test_sign_in_link import NEW_PASSWORD, handle_of, is_worthless, path, use
from tests.flows.visitors import new_address, visitor
from tests.post_office import link_in


def asked(mailing, name):
    """Somebody who has asked for a link with this name."""
    person = visitor(mailing)
    person.get("/forgot-password")
    person.submit(username=name)
    return person


def test_from_the_sign_in_page_by_mail_to_a_new_password(mailing, post_office, somebody):
    person = visitor(mailing)
    assert 'href="/forgot-password"' in person.get("/account").html
    assert person.get("/forgot-password").offers("username")
    page = person.submit(username=somebody["username"])
    assert page.status == 200 and "Look into your mailbox" in page.text
    (mail,) = post_office.wait_for(somebody["email"], "Your sign-in link")
    assert mail["From"] == "Foyer <id@example.org>" and mail["To"] == somebody["email"]
    link = link_in(mail)
    assert link.startswith(mailing.issuer) and path(use(person, link)) == NEW_PASSWORD
    post_office.wait_for(somebody["email"], "A sign-in link was used")
    assert is_worthless(visitor(mailing).get(link))


def test_what_a_stranger_asks_for_leaves_the_link_of_an_administrator_alone(mailing, post_office, somebody):
    name = somebody["username"]
    before, given = (mailing.idp_json("user", "link", name)["link"] for _ in range(2))
    mailed = []
    for number in (1, 2):
        asked(mailing, name)
        mailed = [link_in(mail) for mail in post_office.wait_for(somebody["email"], "Your sign-in link", number)]
    assert is_worthless(visitor(mailing).get(before)) and is_worthless(visitor(mailing).get(mailed[0]))
    assert visitor(mailing).get(mailed[1]).status == visitor(mailing).get(given).status == 200
    assert path(use(visitor(mailing), given)) == NEW_PASSWORD
    assert is_worthless(visitor(mailing).get(given))
    mailing.idp_json("user", "link", name)
    assert is_worthless(visitor(mailing).get(mailed[1])), "an administrator's newer one replaces all before"


def test_the_e_mail_address_will_do_in_any_case_of_letters(mailing, post_office, somebody):
    asked(mailing, f"  {somebody['email'].upper()} ")
    assert post_office.wait_for(somebody["email"], "Your sign-in link")


def test_the_answer_is_the_same_whoever_is_asked_for(mailing, somebody):
    mailing.idp("user", "disable", mailing.add_user("gone", "correct horse battery staple")["username"])
    answers = set()
    for name in (somebody["username"], "x" * len(somebody["username"]), "gone" + "x" * 8, "gone"):
        page = asked(mailing, name).page
        headers = tuple(sorted(name for name in page.response.headers if name != "Date"))
        answers.add((page.status, page.html.replace(name, "NAME"), headers))
    assert len(answers) == 1
    lengths = {len(asked(mailing, name).page.html) for name in (somebody["username"], "x" * len(somebody["username"]))}
    assert len(lengths) == 1


def test_a_disabled_person_gets_no_mail(mailing, post_office, somebody):
    mailing.idp("user", "disable", somebody["username"])
    asked(mailing, somebody["username"])
    other = mailing.add_user(somebody["username"] + "x", "correct horse battery staple")
    asked(mailing, other["username"])
    post_office.wait_for(other["email"], "Your sign-in link")
    assert post_office.to(somebody["email"], "Your sign-in link") == []


def test_one_address_has_to_wait_after_five_requests(mailing):
    person = visitor(mailing, new_address())
    for _ in range(5):
        person.get("/forgot-password")
        assert person.submit(username="nobody-at-all").status == 200
    person.get("/forgot-password")
    page = person.submit(username="nobody-at-all")
    assert page.status == 429 and "five minutes" in page.text and page.offers("username")


@pytest.mark.parametrize("typed", ["", "   "])
def test_nothing_typed_is_said(mailing, typed):
    person = visitor(mailing)
    person.get("/forgot-password")
    assert person.submit(username=typed).status == 400


@pytest.mark.parametrize(
    "typed", ["\u0000", "a" * 5_000, "<script>alert(1)</script>", "' OR 1=1", "\U0001f600", "%s%(x)s"]
)
def test_whatever_is_typed_is_answered_alike(mailing, typed):
    person = visitor(mailing)
    person.get("/forgot-password")
    page = person.submit(username=typed)
    assert page.status in (200, 400) and "<script>alert" not in page.html


def test_a_form_of_another_site_asks_for_nothing(mailing, somebody):
    data = {"username": somebody["username"]}
    assert requests.post(f"{mailing.issuer}/forgot-password", data=data, timeout=30).status_code == 400


def test_a_password_changed_meanwhile_makes_the_mailed_link_worthless(mailing, post_office, somebody):
    asked(mailing, somebody["username"])
    (mail,) = post_office.wait_for(somebody["email"], "Your sign-in link")
    mailing.idp("user", "set", somebody["username"], "--password-stdin", input="another correct horse battery")
    assert is_worthless(visitor(mailing).get(link_in(mail)))
    post_office.wait_for(somebody["email"], "Your password was changed")


def test_the_mail_is_not_lost_by_a_server_that_is_killed(idp_server, post_office):
    from tests.flows.processes import kill_all

    server = idp_server(IDP_SMTP_URL=post_office.url(), IDP_MAIL_FROM="id@example.org")
    name = server.add_user("killed-person", "correct horse battery staple")["email"]
    asked(server, "killed-person")
    kill_all(server)
    assert records.change(server, "UPDATE mails SET due_at = due_at - 600") in (0, 1)
    server.start()
    (mail,) = post_office.wait_for(name, "Your sign-in link")
    assert visitor(server).get(link_in(mail)).status == 200
    assert handle_of(link_in(mail)) not in server.log()


def test_without_mail_the_page_says_who_can_help_and_names_nobody(server, app):
    person = visitor(server)
    page = person.get("/forgot-password")
    assert page.status == 200 and not page.forms and "idp user link NAME" in page.text
    assert "@" not in page.text and "alice" not in page.text.lower()
    person.get(app.url())
    token = person.page.form_with("password").fields["csrf_token"]
    answer = person.browser.post(f"{server.issuer}/forgot-password", data={"csrf_token": token, "username": "alice"})
    assert answer.status_code == 200 and "idp user link NAME" in answer.text
