"""Another e-mail address: confirmed by a link where mail is set up, and told to both addresses."""

from __future__ import annotations

import json
import re
import secrets
import time

import pytest

from tests.flows import records
from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor
from tests.post_office import words


def signed_in(server, name):
    person = visitor(server)
    person.get("/account")
    person.submit(username=name, password=PASSWORD)
    return person


def confirmation(post_office, address, count=1):
    mails = post_office.wait_for(address, "Is this your e-mail address?", count)
    return re.findall(r"^(http\S+/account/email/confirm\?link=li_\S+)$", words(mails[-1]), re.MULTILINE)[0]


@pytest.fixture
def new():
    """An address that nobody has."""
    return f"new{secrets.token_hex(4)}@example.net"


def email_of(server, name):
    return server.idp_json("user", "show", name)["email"]


def test_an_address_is_taken_once_its_link_was_opened(mailing, post_office, somebody, new):
    person, name = signed_in(mailing, somebody["username"]), somebody["username"]
    person.get("/account/email")
    page = person.submit(email=new.upper())
    assert "Your address changes once you open it" in page.text
    assert email_of(mailing, name) == somebody["email"], "not yet"
    link = confirmation(post_office, new)
    page = person.get(link)
    assert new in page.text and email_of(mailing, name) == somebody["email"], "mail programs open links, too"
    page = person.submit(csrf_token=page.form_with("csrf_token").fields["csrf_token"])
    assert new in page.text and "Not verified" not in page.text
    assert email_of(mailing, name) == new
    for address in (somebody["email"], new):
        (mail,) = post_office.wait_for(address, "Your e-mail address was changed")
        assert somebody["email"] in words(mail) and new in words(mail) and "Firefox on Linux" in words(mail)
    app = Application(mailing, "--skip-consent")
    claims = app.claims(app.tokens(person, name)["id_token"])
    assert (claims["email"], claims["email_verified"]) == (new, True)
    assert person.get(link).status == 410, "it works once"


def test_a_link_is_of_use_to_who_asked_for_it_alone(mailing, post_office, somebody, new):
    person = signed_in(mailing, somebody["username"])
    person.get("/account/email")
    person.submit(email=new)
    link = confirmation(post_office, new)
    stranger = visitor(mailing)
    assert stranger.get(link).offers("password"), "first one has to sign in"
    thief = signed_in(mailing, mailing.add_user(f"thief{secrets.token_hex(4)}", PASSWORD)["username"])
    assert thief.get(link).status == 410
    assert email_of(mailing, somebody["username"]) == somebody["email"]


def test_a_newer_link_replaces_the_one_before_and_a_late_one_is_refused(mailing, post_office, somebody, new):
    person = signed_in(mailing, somebody["username"])
    links = []
    for count in (1, 2):
        person.get("/account/email")
        person.submit(email=new)
        links.append(confirmation(post_office, new, count))
    assert person.get(links[0]).status == 410
    assert person.get(links[1]).status == 200
    records.change(mailing, "UPDATE links SET expires_at = 1 WHERE purpose = 'email'")
    assert person.submit(csrf_token=person.page.form_with("csrf_token").fields["csrf_token"]).status == 410
    assert email_of(mailing, somebody["username"]) == somebody["email"]


def test_nobody_can_bury_a_stranger_under_mails(mailing, post_office, somebody, new):
    person = signed_in(mailing, somebody["username"])
    for _ in range(6):
        person.get("/account/email")
        page = person.submit(email=new)
    assert page.status == 400 and "too many links" in page.text
    post_office.wait_for(new, "Is this your", 5)
    assert len(post_office.to(new)) == 5


def test_without_mail_an_address_counts_at_once_and_as_unverified(server, app, new_user, new):
    name = new_user()["username"]
    person = signed_in(server, name)
    assert "counts as not verified" in person.get("/account/email").text
    page = person.submit(email=new)
    assert "Not verified" in page.text
    claims = app.claims(app.tokens(person, name)["id_token"])
    assert (claims["email"], claims["email_verified"]) == (new, False)


def test_what_happens_to_an_account_is_told_by_mail(mailing, post_office, somebody):
    person = signed_in(mailing, somebody["username"])
    other = signed_in(mailing, somebody["username"])
    person.get("/account/devices/end-others")
    person.submit(csrf_token=person.page.form_with("csrf_token").fields["csrf_token"])
    post_office.wait_for(somebody["email"], "You were signed out everywhere")
    assert other.get("/account").offers("password")
    person.get("/account/security/password")
    person.submit(password="seven grey herons overhead")
    (mail,) = post_office.wait_for(somebody["email"], "Your password was changed")
    assert "Firefox on Linux" in words(mail) and "127." in words(mail)


def test_what_was_typed_waits_while_its_owner_signs_in_again(server, new_user, new):
    name = new_user()["username"]
    person = signed_in(server, name)
    person.get("/account/email")
    then = int(time.time()) - 700
    old = json.dumps(
        [{"authenticator": "password", "factors": ["knowledge"], "amr": ["pwd"], "at": then, "interaction": "x"}]
    )
    user = "(SELECT id FROM users WHERE username = ?)"
    assert records.change(server, f"UPDATE sessions SET proofs = ? WHERE user_id = {user}", old, name) == 1
    page = person.submit(email=new)
    assert page.offers("password") and email_of(server, name) == f"{name}@example.org"
    page = person.submit(username=name, password=PASSWORD)
    assert "Nothing has been changed yet" in page.text and page.form_with("email").fields["email"] == new
    person.submit(email=new)
    assert email_of(server, name) == new
