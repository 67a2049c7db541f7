"""A changed password: who changed it goes on, everybody else is out at once, whichever process they meet."""

from __future__ import annotations

import pytest

from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor

NEW = "seven grey herons overhead"
FORM = "/account/security/password"


@pytest.fixture(scope="module")
def workers(idp_server):
    """A provider with two processes, each of which answers some of the requests."""
    return idp_server(IDP_WORKERS="2")


def signed_in(server, name):
    person = visitor(server)
    person.get("/account")
    assert person.submit(username=name, password=PASSWORD).url.endswith("/account")
    return person


def test_a_stolen_older_session_is_dead_at_once_on_every_process(workers):
    workers.add_user("ada", PASSWORD)
    app = Application(workers, "--skip-consent")
    ada, thief = signed_in(workers, "ada"), visitor(workers)
    token = app.tokens(ada, "ada")["access_token"]
    thief.browser.cookies.set("foyer", ada.browser.cookies["foyer"])
    other = signed_in(workers, "ada")
    assert thief.get("/account").text.count("ada") and other.get("/account/security").status == 200
    ada.get(FORM)
    page = ada.submit(password=NEW)
    assert page.url.endswith("/account/security") and "Your new password counts from now on" in page.text
    for _ in range(6):  # connections are new, so both processes are met
        for gone in (thief, other):
            gone.browser.close()
            assert "/interaction/" in gone.get("/account").url
            assert app.ask(gone, prompt="none")["error"] == "login_required"
        assert app.userinfo(token).status_code == 401
        ada.browser.close()
        assert ada.get("/account/security").url.endswith("/account/security"), "who changed it stays signed in"
    assert app.ask(ada, prompt="none")["code"]


def test_the_old_password_is_refused_and_the_new_one_is_not(server, new_user):
    name = new_user()["username"]
    ada = signed_in(server, name)
    ada.get(FORM)
    ada.submit(password=NEW)
    again = visitor(server)
    again.get("/account")
    assert again.submit(username=name, password=PASSWORD).status == 400
    assert again.submit(username=name, password=NEW).url.endswith("/account")


def test_a_form_opened_before_another_browser_changed_the_password_changes_nothing(server, new_user):
    name = new_user()["username"]
    ada, thief = signed_in(server, name), signed_in(server, name)
    thief.get(FORM)
    ada.get(FORM)
    ada.submit(password=NEW)
    assert thief.submit(password="five red foxes underground").status == 400
    again = visitor(server)
    again.get("/account")
    assert again.submit(username=name, password=NEW).url.endswith("/account")
