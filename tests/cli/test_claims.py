"""Custom claims on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from idp import backup
from idp.storage.models import Activity, Client, Group, User
from tests import given
from tests.cli.conftest import Cli

SET = ("--claim", "immich_role=admin", "--claim-json", "immich_quota=50", "--claim-json", "allowed=true",
       "--claim-json", 'abspermissions={"canDownload": true, "allowedLibraries": ["a b"]}')  # fmt: skip
VALUES = {"immich_role": "admin", "immich_quota": 50, "allowed": True,
          "abspermissions": {"canDownload": True, "allowedLibraries": ["a b"]}}  # fmt: skip
DOORS = {"user": "ada", "group": "family", "client": "app"}


@pytest.fixture
def house(idp: Cli) -> Cli:
    given.user("ada", groups=["family"])
    given.client()
    return idp


@pytest.mark.parametrize(("noun", "name"), DOORS.items())
def test_claims_of_each_kind_are_set_shown_and_taken_away(house: Cli, noun: str, name: str) -> None:
    assert house(noun, "set", name, *SET).code == 0
    shown = house(noun, "show", name, "--json").json["claims"]
    assert json.dumps(shown, sort_keys=True) == json.dumps(VALUES, sort_keys=True)
    for line in ('immich_role = "admin"', "immich_quota = 50", "allowed = true"):
        assert line in house(noun, "show", name).out
    assert house(noun, "set", name, "--claim-json", "immich_quota=60", "--remove-claim", "immich_role").code == 0
    left = {**VALUES, "immich_quota": 60}
    del left["immich_role"]
    assert house(noun, "show", name, "--json").json["claims"] == left
    assert house(noun, "set", name, *(part for each in left for part in ("--remove-claim", each))).code == 0
    assert not house(noun, "show", name, "--json").json.get("claims")


def test_a_client_is_added_with_its_claims(idp: Cli) -> None:
    added = idp("client", "add", "Photos", "--redirect-uri", "https://photos.example.org/cb", *SET, "--json").json
    assert added["claims"] == VALUES
    assert Client.get().claims == VALUES


@pytest.mark.parametrize(("noun", "name"), DOORS.items())
@pytest.mark.parametrize(
    ("options", "code", "told"),
    [(("--claim", "immich_role"), 2, "NAME=VALUE"), (("--claim-json", "quota=five"), 1, "quota: This JSON"),
     (("--claim", "sub=x"), 1, "sub already means something"), (("--claim", "groups=x", "--claim", "a b=y"), 1, "groups"),
     (("--claim", "level="), 1, "level has no value"), (("--claim", "level=\x1b"), 1, "line break"),
     (("--claim-json", "level=null"), 1, "null"), (("--claim-json", "level=NaN"), 1, "JSON"),
     (("--claim-json", "quota=12345678901234567890"), 1, "up to"), (("--remove-claim", "nothing"), 1, "no custom claim nothing"),
     (("--claim", "a=1", "--claim-json", "a=1"), 1, "a is given twice"), (("--claim", "a=1", "--remove-claim", "a"), 1, "twice"),
     (("--claim", "level=" + "x" * 5_000), 1, "4096")],
)  # fmt: skip
def test_what_can_not_be_taken_is_told_and_nothing_changes(
    house: Cli, noun: str, name: str, options: tuple[str, ...], code: int, told: str
) -> None:
    done = house(noun, "set", name, *options)
    assert done.code == code
    assert told in done.err
    assert (User.get().claims, Group.get().claims, Client.get().claims) == ({}, {}, {})
    assert Activity.select().where(Activity.event.endswith(".changed")).count() == 0


FILE = """
[groups.family.claims]
immich_quota = 50

[users.ada]
email = "ada@example.org"
groups = ["family"]

[users.ada.claims]
immich_role = "admin"
share = 0.5
whole = 5.0
allowed = true
abspermissions = { canDownload = true, allowedLibraries = ["a", "b"], limits = [{ books = 1 }] }

[clients.photos]
redirect_uris = ["https://photos.example.org/cb"]
claims = { level = 1 }
"""


def test_a_file_sets_them_once_and_is_written_with_them(idp: Cli, tmp_path: Path) -> None:
    file = tmp_path / "house.toml"
    file.write_text(FILE)
    assert idp("apply", str(file)).code == 0
    assert User.get().claims == {
        "immich_role": "admin", "share": 0.5, "whole": 5, "allowed": True,
        "abspermissions": {"canDownload": True, "allowedLibraries": ["a", "b"], "limits": [{"books": 1}]},
    }  # fmt: skip
    assert (Group.get().claims, Client.get().claims) == ({"immich_quota": 50}, {"level": 1})
    assert idp("apply", str(file), "--json").json == []
    exported = tmp_path / "exported.toml"
    exported.write_text(idp("export").out)
    assert "immich_role" in exported.read_text()
    assert idp("apply", str(exported), "--json").json == []
    file.write_text(FILE.replace("level = 1", "level = true"))
    assert idp("apply", str(file), "--json").json == [
        {"kind": "client", "name": "photos", "new": False, "fields": ["claims"]}
    ]
    assert Client.get().claims == {"level": True}
    file.write_text("[users.ada]\nclaims = {}\n")
    assert idp("apply", str(file), "--json").json[0]["fields"] == ["claims"]
    assert User.get().claims == {}


@pytest.mark.parametrize(("claims", "told"), [
    ("claims = { sub = 'x' }", "users.ada.claims.sub: sub already means"), ("claims = 'x'", "must be a table"),
    ("claims = { at = 2026-01-01 }", "a text, a number"), ("claims = { n = nan }", "up to"), ("claims = { n = inf }", "up to"),
    ("claims = { a = " + "[" * 5_000 + "]" * 5_000 + " }", "inside one another"),
])  # fmt: skip
def test_what_a_file_gets_wrong_is_told_with_its_place(idp: Cli, tmp_path: Path, claims: str, told: str) -> None:
    file = tmp_path / "house.toml"
    file.write_text(f"[users.ada]\nemail = 'ada@example.org'\n{claims}\n")
    done = idp("apply", str(file))
    assert done.code == 1
    assert told in done.err
    assert User.select().count() == 0


def test_they_come_back_from_a_backup(house: Cli, tmp_path: Path) -> None:
    for noun, name in DOORS.items():
        house(noun, "set", name, *SET)
    copy = str(tmp_path / "copy.tar.gz")
    assert house("backup", copy).code == 0
    for noun, name in DOORS.items():
        house(noun, "set", name, "--remove-claim", "immich_role")
    assert backup.check(Path(copy))
    assert house("restore", copy, "--yes").code == 0
    found: list[Any] = [User.get().claims, Group.get().claims, Client.get().claims]
    assert found == [VALUES] * 3
