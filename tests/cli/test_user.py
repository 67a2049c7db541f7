"""`idp user`."""

from __future__ import annotations

import pytest

from idp import clock
from idp.directory import users as people
from idp.storage import credentials, sessions, users
from tests import given
from tests.cli.conftest import Cli
from tests.conftest import PASSWORD

ADA = ("user", "add", "ada", "--email", "ada@example.org")


def test_a_person_is_added_and_shown(idp: Cli) -> None:
    """OP-CHECKLIST item 134."""
    idp("group", "add", "family")
    added = idp(
        *ADA, "--display-name", "Ada", "--group", "family", "--admin", "--password-stdin", "--json", input=PASSWORD
    ).json
    assert added == {
        "username": "ada", "sub": added["sub"], "email": "ada@example.org", "email_verified": True, "display_name": "Ada",
        "given_name": None, "family_name": None,
        "groups": ["family"], "admin": True, "disabled": False, "claims": {},
    }  # fmt: skip
    assert idp("user", "show", "ada", "--json").json == added
    assert idp("user", "list", "--json").json == [added]
    for done in (idp("user", "show", "ada"), idp("user", "list")):
        assert "ada@example.org" in done.out
        assert "administrator" in done.out


def test_without_a_password_the_next_step_is_told_beside_the_answer(idp: Cli) -> None:
    done = idp(*ADA)
    assert (done.code, done.out) == (0, "Added ada.\n")
    assert "idp user set ada --password-stdin" in done.err


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\nmore lines\n"])
def test_the_password_is_the_first_line_and_never_shown(idp: Cli, ending: str) -> None:
    done = idp(*ADA, "--password-stdin", input=PASSWORD + ending)
    assert done.code == 0
    assert PASSWORD not in done.out + done.err
    from idp.authenticators.password import hashing
    from idp.storage import credentials

    stored = credentials.of(people.get("ada"), "password")[0].data["hash"]
    assert hashing.verify(stored, PASSWORD)


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaaaaaaaaaa", "ada-ada-ada-ada-ada"])
def test_a_weak_password_adds_nobody(idp: Cli, password: str) -> None:
    done = idp(*ADA, "--password-stdin", input=password + "\n")
    assert (done.code, done.out) == (1, "")
    assert idp("user", "list", "--json").json == []


def test_a_person_is_changed(idp: Cli) -> None:
    idp(*ADA)
    idp("user", "add", "root", "--email", "root@example.org", "--admin")
    assert (
        idp("user", "set", "ada", "--email", "new@example.org", "--display-name", "Ada L", "--admin").out
        == "Changed ada.\n"
    )
    shown = idp("user", "show", "ada", "--json").json
    assert (shown["email"], shown["display_name"], shown["admin"]) == ("new@example.org", "Ada L", True)
    assert idp("user", "set", "ada", "--no-admin").code == 0
    assert not idp("user", "show", "ada", "--json").json["admin"]
    assert idp("user", "set", "ada", "--password-stdin", input=PASSWORD).code == 0
    assert idp("user", "set", "ada").code == 2


def test_names_and_whether_the_address_is_theirs_are_changed(idp: Cli) -> None:
    idp(*ADA, "--display-name", "Ada")
    assert idp("user", "set", "ada", "--given-name", "Ada", "--family-name", "Lovelace", "--email-unverified").code == 0
    shown = idp("user", "show", "ada", "--json").json
    assert (shown["given_name"], shown["family_name"]) == ("Ada", "Lovelace")
    assert (shown["email"], shown["email_verified"]) == ("ada@example.org", False)
    told = idp("user", "show", "ada").out
    assert "Lovelace" in told and "ada@example.org (not verified)" in told
    assert idp("user", "set", "ada", "--email-verified", "--given-name", "", "--display-name", "").code == 0
    shown = idp("user", "show", "ada", "--json").json
    assert (shown["email_verified"], shown["given_name"], shown["display_name"]) == (True, None, None)
    assert idp("user", "set", "ada", "--email", "new@example.org", "--email-unverified").code == 0
    shown = idp("user", "show", "ada", "--json").json
    assert (shown["email"], shown["email_verified"]) == ("new@example.org", False)
    assert idp("user", "set", "ada", "--given-name", "\u202e").code == 1


def test_an_address_that_is_not_there_is_not_verified(idp: Cli) -> None:
    idp(*ADA)
    assert idp("user", "set", "ada", "--email", "").code == 0
    assert idp("user", "show", "ada", "--json").json["email"] is None
    refused = idp("user", "set", "ada", "--email-verified")
    assert refused.code == 2 and "--email" in refused.err
    assert not idp("user", "show", "ada", "--json").json["email_verified"]


def test_somebody_is_signed_out_everywhere(idp: Cli) -> None:
    idp(*ADA)
    for _ in range(2):
        given.session(people.get("ada"), given.proof())
    assert idp("user", "end-sessions", "ada").out == "Signed ada out everywhere: 2 sessions.\n"
    assert sessions.of_user(people.get("ada"), clock.now()) == []
    assert idp("user", "end-sessions", "ada").out == "Signed ada out everywhere: 0 sessions.\n"
    assert idp("user", "end-sessions", "nobody").code == 1


def test_a_person_is_disabled_and_enabled(idp: Cli) -> None:
    idp(*ADA)
    assert "idp user enable ada" in idp("user", "disable", "ada").out
    assert idp("user", "show", "ada", "--json").json["disabled"]
    assert "disabled" in idp("user", "list").out
    idp("user", "enable", "ada")
    assert not idp("user", "show", "ada", "--json").json["disabled"]


def test_a_deleted_name_is_not_given_out_again(idp: Cli) -> None:
    idp(*ADA)
    refused = idp("user", "delete", "ada")
    assert refused.code == 2
    assert "--yes" in refused.err
    assert idp("user", "delete", "ada", "--yes").out == "Deleted ada.\n"
    done = idp(*ADA)
    assert done.code == 1
    assert users.by_name("ada") is None


def test_the_last_administrator_cannot_be_lost(idp: Cli) -> None:
    idp(*ADA, "--admin")
    for arguments in (["delete", "ada", "--yes"], ["disable", "ada"], ["set", "ada", "--no-admin"]):
        done = idp("user", *arguments)
        assert done.code == 1
        assert "last administrator" in done.err


def test_nobody_yet_is_told_with_the_first_step(idp: Cli) -> None:
    assert "idp user add" in idp("user", "list").out
    assert idp("user", "list", "--json").json == []


def test_a_link_is_printed_alone_and_what_it_does_beside_it(idp: Cli) -> None:
    idp(*ADA)
    done = idp("user", "link", "ada")
    assert (
        done.code == 0 and done.out.startswith("http://localhost:8000/sign-in?link=li_") and done.out.count("\n") == 1
    )
    assert "once" in done.err and "30 minutes" in done.err and "second factor" not in done.err
    told = idp("user", "link", "ada", "--json").json
    assert (told["username"], told["lifetime"]) == ("ada", 1_800) and told["link"] != done.out.strip()


def test_a_link_says_that_a_second_factor_stays(idp: Cli) -> None:
    idp(*ADA)
    credentials.add(people.get("ada"), "totp", {}, 1)
    assert "second factor" in idp("user", "link", "ada").err


@pytest.mark.parametrize("command", ["link", "reset-factors"])
def test_nobody_gets_nothing(idp: Cli, command: str) -> None:
    done = idp("user", command, "nobody")
    assert (done.code, done.out) == (1, "") and "no user named" in done.err


def test_factors_are_reset_and_the_password_stays(idp: Cli) -> None:
    idp(*ADA, "--password-stdin", input=PASSWORD)
    ada = people.get("ada")
    for kind in ("totp", "passkey", "recovery_code"):
        credentials.add(ada, kind, {}, 1)
    done = idp("user", "reset-factors", "ada", "--yes")
    assert done.code == 0 and "Removed 3" in done.out
    assert credentials.every_second(ada) == [] and len(credentials.of(ada, "password")) == 1
    assert "had no second factor" in idp("user", "reset-factors", "ada", "--yes").out
