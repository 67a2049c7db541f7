"""`idp group`."""

from __future__ import annotations

from tests import given
from tests.cli.conftest import Cli


def test_a_group_is_added_listed_and_deleted(idp: Cli) -> None:
    assert "idp group add" in idp("group", "list").out
    assert idp("group", "add", "family", "--display-name", "The family", "--json").json == {
        "name": "family", "display_name": "The family"
    }  # fmt: skip
    assert idp("group", "list", "--json").json == [
        {"name": "family", "display_name": "The family", "members": 0, "require_mfa": False, "claims": {}}
    ]
    assert "The family" in idp("group", "list").out
    assert idp("group", "delete", "family").code == 0
    assert idp("group", "list", "--json").json == []


def test_people_join_and_leave(idp: Cli) -> None:
    given.user("ada")
    given.user("grace")
    idp("group", "add", "family")
    assert idp("group", "grant", "family", "ada", "grace").out == "ada is in family now.\ngrace is in family now.\n"
    assert idp("group", "grant", "family", "ada").out == "ada was in family already.\n"
    assert idp("group", "list", "--json").json[0]["members"] == 2
    assert idp("group", "revoke", "family", "ada").out == "ada is out of family now.\n"
    assert idp("group", "revoke", "family", "ada").out == "ada wasn't in family.\n"


def test_one_wrong_name_means_that_nobody_joins(idp: Cli) -> None:
    given.user("ada")
    idp("group", "add", "family")
    done = idp("group", "grant", "family", "ada", "nobody")
    assert (done.code, done.out) == (1, "")
    assert idp("group", "list", "--json").json[0]["members"] == 0


def test_a_group_that_an_application_needs_stays(idp: Cli) -> None:
    idp("group", "add", "family")
    given.client(allowed_groups=["family"])
    done = idp("group", "delete", "family")
    assert done.code == 1
    assert "The app" in done.err


def test_a_group_can_demand_a_second_factor(idp: Cli) -> None:
    idp("group", "add", "admins")
    idp("group", "set", "admins", "--require-mfa", "--display-name", "The admins")
    found = idp("group", "list", "--json").json[0]
    assert (found["require_mfa"], found["display_name"]) == (True, "The admins")
    idp("group", "set", "admins", "--no-require-mfa")
    assert idp("group", "list", "--json").json[0]["require_mfa"] is False
    assert idp("group", "set", "admins").code == 2


def test_a_group_is_shown_with_who_is_in_it(idp: Cli) -> None:
    given.user("grace", groups=["family"])
    given.user("ada", groups=["family"])
    given.client(allowed_groups=["family"])
    assert idp("group", "show", "family", "--json").json == {
        "name": "family", "display_name": None, "require_mfa": False, "claims": {}, "members": ["ada", "grace"]
    }  # fmt: skip
    lines = idp("group", "show", "family").out.splitlines()
    assert [line.split("  ")[-1].strip() for line in lines] == [
        "family",
        "-",
        "not demanded",
        "The app",
        "ada",
        "grace",
    ]
    assert idp("group", "show", "nobody").code == 1


def test_a_group_in_other_letters_is_refused_with_the_one_that_is_there(idp: Cli) -> None:
    idp("group", "add", "family")
    done = idp("group", "add", "Family")
    assert done.code == 1
    assert "There is a group named family already. Many applications take Family for the same one." in done.err
