"""By what identifiers running providers tell applications who somebody is (OIDC Core 8, OP-CHECKLIST 93, 96)."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest

from tests.flows import records
from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor
from tests.person import Person
from tests.server import Server

PAIRWISE = ("--subject-type", "pairwise", "--skip-consent")


def app_at(server: Server, host: str, *options: str) -> Application:
    return Application(server, *options, redirect_uri=f"https://{host}/{secrets.token_hex(4)}")


def sub_at(app: Application, person: Person, username: str = "alice") -> str:
    """The `sub` of a whole sign-in, which is the same in ID token, userinfo and introspection."""
    tokens = app.tokens(person, username, scope="openid offline_access")
    sub = str(app.claims(tokens["id_token"])["sub"])
    assert app.userinfo(tokens["access_token"]).json()["sub"] == sub
    for token in (tokens["access_token"], tokens["refresh_token"]):
        assert app.post("/introspect", token=token).json()["sub"] == sub
    renewed = app.refresh(tokens["refresh_token"]).json()
    assert app.claims(renewed["id_token"])["sub"] == sub
    return sub


def test_93_applications_of_one_sector_are_told_the_same_and_others_something_else(server):
    one, two, other = (app_at(server, host, *PAIRWISE) for host in ("a.example", "a.example", "b.example"))
    public = app_at(server, "a.example", "--skip-consent")
    subs = [sub_at(app, visitor(server)) for app in (one, two, other, public)]
    assert subs[0] == subs[1]
    assert len(set(subs)) == 3


def test_93_the_subject_outlives_a_restart_and_a_restored_backup(idp_server, tmp_path):
    server: Server = idp_server(IDP_WORKERS="3")
    server.add_user("alice", PASSWORD)
    app = app_at(server, "a.example", *PAIRWISE)
    before = {sub_at(app, visitor(server)) for _ in range(6)}
    assert len(before) == 1, "all processes tell the same"
    backup = str(tmp_path / "backup.tar.gz")
    server.idp("backup", backup)
    server.stop()
    server.start()
    assert {sub_at(app, visitor(server))} == before
    server.stop()
    records.change(server, "DELETE FROM settings")
    server.idp("restore", backup, "--yes")
    server.start()
    assert {sub_at(app, visitor(server))} == before


@pytest.mark.parametrize(
    ("options", "expected"),
    [(["--subject-source", "username"], "{name}"), (["--subject-source", "email"], "{name}@example.org")],
)
def test_an_application_may_know_people_by_what_it_knew_them_by(server, new_user, options, expected):
    name = new_user()["username"]
    app = app_at(server, "a.example", *options, "--skip-consent")
    assert sub_at(app, visitor(server), name) == expected.format(name=name)


def test_who_has_no_checked_address_is_told_so_and_gets_no_further(server, new_user):
    name = new_user()["username"]
    records.change(server, "UPDATE users SET email_verified = ? WHERE username = ?", False, name)
    app = app_at(server, "a.example", "--subject-source", "email", "--skip-consent")
    person = visitor(server)
    person.get(app.url())
    page = person.submit(username=name, password=PASSWORD)
    assert "knows people by their e-mail address" in page.html and "/account/email" in page.html
    assert person.left_to is None
    assert app.ask(person, prompt="none")["error"] == "access_denied"
    person.get(app.url())
    person.submit(decision="back")
    assert app.answer(person.left_to)["error"] == "access_denied"
    records.change(server, "UPDATE users SET email_verified = ? WHERE username = ?", True, name)
    assert "code" in app.ask(person)


@pytest.mark.parametrize("options", [PAIRWISE, ("--subject-source", "username", "--skip-consent")], ids=str)
def test_a_hint_and_a_wished_sub_mean_the_person_as_the_application_knows_them(server, new_user, options):
    app, person, other = app_at(server, "a.example", *options), visitor(server), visitor(server)
    tokens = app.tokens(person)
    sub = app.claims(tokens["id_token"])["sub"]
    app.code(other, new_user()["username"])
    wish = json.dumps({"id_token": {"sub": {"value": sub}}})
    for changes in ({"id_token_hint": tokens["id_token"]}, {"claims": wish}):
        assert "code" in app.ask(person, prompt="none", **changes)
        assert app.ask(other, prompt="none", **changes)["error"] == "login_required"
    own: dict[str, Any] = server.idp_json("user", "show", "alice")
    wrong = json.dumps({"id_token": {"sub": {"value": own["sub"]}}})
    assert app.ask(person, prompt="none", claims=wrong)["error"] == "login_required", "nobody is known by that there"
