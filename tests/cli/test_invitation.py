"""`idp invitation`."""

from __future__ import annotations

import pytest

from idp import activity
from idp.directory import invitations
from idp.directory import users as people
from idp.storage.models import Activity, Invitation
from tests import given
from tests.cli.conftest import Cli
from tests.conftest import PASSWORD


def test_a_link_is_printed_alone_and_what_it_does_beside_it(idp: Cli) -> None:
    done = idp("invitation", "add")
    assert (
        done.code == 0
        and done.out.startswith("http://localhost:8000/invitation?link=in_")
        and done.out.count("\n") == 1
    )
    for words in (
        "For 1 person, until",
        "this once",
        f"idp invitation withdraw {Invitation.get().id}",
        "Only this computer",
    ):
        assert words in done.err, words
    assert done.out.strip().split("=")[1] not in str(Invitation.get().__data__) + idp("audit", "--json").out


def test_whoever_has_it_makes_an_account_as_it_says(idp: Cli) -> None:
    idp("group", "add", "family")
    client = idp("client", "add", "TV", "--redirect-uri", "https://tv.example.org/cb", "--json").json["client_id"]
    made = idp(
        "invitation", "add", "--group", "family", "--client", "TV", "--uses", "3", "--expires", "7d", "--json"
    ).json
    assert (made["client_id"], made["groups"], made["uses"], made["state"]) == (client, ["family"], 3, "open")
    assert made["expires_at"] - made["created_at"] == 7 * 86_400
    idp("user", "list")  # opens the database
    invitations.accept(
        made["link"].split("=")[1], username="guest", email="g@example.org", display_name=None, password=PASSWORD
    )
    assert idp("user", "show", "guest", "--json").json["groups"] == ["family"]
    (listed,) = idp("invitation", "list", "--json").json
    assert listed["used"] == 1 and "link" not in listed
    shown = idp("invitation", "list").out
    assert "TV" in shown and "1 of 3" in shown and activity.COMMAND_LINE in shown


def test_it_outlives_administrators_who_have_not_made_it(idp: Cli, storage: None) -> None:
    idp("invitation", "add")
    given.user("other", is_admin=True)
    people.delete(given.user("robin", is_admin=True))
    assert [each["state"] for each in idp("invitation", "list", "--json").json] == ["open"]


def test_it_is_withdrawn_once(idp: Cli) -> None:
    assert "idp invitation add" in idp("invitation", "list").out
    number = str(idp("invitation", "add", "--json").json["id"])
    assert idp("invitation", "withdraw", number).out == f"Withdrew invitation {number}.\n"
    assert "already" in idp("invitation", "withdraw", number).out
    assert [each["state"] for each in idp("invitation", "list", "--json").json] == ["withdrawn"]
    assert Activity.select().where(Activity.event == "invitation.withdrawn").count() == 1
    for nobody in ("999999", "0", "9" * 30, "-" + "9" * 30):
        gone = idp("invitation", "withdraw", "--", nobody)
        assert (gone.code, "no invitation" in gone.err) == (1, True), nobody


@pytest.mark.parametrize(
    "options",
    [
        ["--uses", "0"],
        ["--uses", "101"],
        ["--expires", "8d"],
        ["--expires", "0s"],
        ["--group", "nobody"],
        ["--client", "nobody"],
    ],
    ids=" ".join,
)
def test_what_an_invitation_can_not_be_is_said_and_makes_none(idp: Cli, options: list[str]) -> None:
    refused = idp("invitation", "add", *options)
    assert (refused.code, refused.out, len(refused.err.splitlines())) == (1, "", 1)
    assert Invitation.select().count() == 0
