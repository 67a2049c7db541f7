"""`idp apply` and `idp export`."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from idp.declared import CLIENT_FIELDS, USER_FIELDS
from idp.storage.models import Activity, Client, User
from tests.cli.conftest import Cli
from tests.signer import Signer

HOUSE = """
[groups.family]
display_name = "The family"

[groups.admins]
require_mfa = true

[users.ada]
email = "Ada@Example.org"
display_name = "Ada Lovelace"
groups = ["family", "admins"]
admin = true

[users.bob]
email = "bob@example.org"
disabled = true

[clients.jellyfin]
name = "Jellyfin"
redirect_uris = ["https://jellyfin.example.org/sso/OID/redirect/foyer"]
allowed_groups = ["family"]
require_pkce = true

[clients.phone]
name = "Phone app"
redirect_uris = ["app.example:/callback"]
auth_method = "none"
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    file = tmp_path / "house.toml"
    file.write_text(HOUSE)
    return file


def test_a_file_makes_everything_once(idp: Cli, house: Path) -> None:
    changes = idp("apply", str(house), "--json").json
    assert [(each["kind"], each["name"], each["new"]) for each in changes] == [
        ("group", "family", True), ("group", "admins", True), ("user", "ada", True), ("user", "bob", True),
        ("client", "jellyfin", True), ("client", "phone", True),
    ]  # fmt: skip
    secrets = [each.get("client_secret") for each in changes[-2:]]
    assert secrets[0].startswith("cs_")
    assert secrets[1] is None, "a public client has none"
    assert idp("user", "show", "ada", "--json").json["groups"] == ["admins", "family"]
    assert idp("user", "show", "bob", "--json").json["disabled"] is True
    assert idp("client", "show", "jellyfin", "--json").json["pkce"] == "require"
    assert "Nothing to do" in idp("apply", str(house)).out
    assert idp("apply", str(house), "--json").json == []


def test_only_what_differs_changes(idp: Cli, house: Path) -> None:
    idp("apply", str(house))
    house.write_text(HOUSE.replace("disabled = true", "disabled = false").replace('"family", "admins"', '"admins"'))
    assert idp("apply", str(house), "--json").json == [
        {"kind": "user", "name": "ada", "new": False, "fields": ["groups"]},
        {"kind": "user", "name": "bob", "new": False, "fields": ["disabled"]},
    ]
    house.write_text("[clients.jellyfin]\nrequire_mfa = true\n")
    assert "~ client jellyfin: require_mfa" in idp("apply", str(house)).out
    assert User.select().count() == 2, "what isn't named stays"


def test_a_dry_run_changes_nothing_and_shows_no_secret(idp: Cli, house: Path) -> None:
    out = idp("apply", str(house), "--dry-run").out
    assert "+ client jellyfin" in out
    assert "cs_" not in out
    assert "dry run" in out
    assert User.select().count() == Client.select().count() == Activity.select().count() == 0


def test_one_wrong_thing_stops_all_of_it_and_every_one_is_told(idp: Cli, house: Path) -> None:
    house.write_text(
        HOUSE.replace('"https://jellyfin', '"javascript://jellyfin').replace('"family", "admins"', '"nowhere"')
    )
    done = idp("apply", str(house))
    assert done.code == 1
    assert "users.ada.group" in done.err
    assert "clients.jellyfin.redirect_uris" in done.err
    assert User.select().count() == 0


@pytest.mark.parametrize(("text", "told"), [
    ("[users.ada", "is not TOML"),
    ("[people.ada]", "groups, users, clients"),
    ("users = 3", "groups, users, clients"),
    ("[users]\nada = 3", "users.ada: must be a table"),
    ("[users.ada]\nemial = 'a@b.example'", "users.ada.emial"),
    ("[users.ada]\nemail = 3", "must be a text"),
    ("[users.ada]\ngroups = [3]", "must be a list of texts"),
    ("[users.ada]\ndisplay_name = 'Ada'", "needs an e-mail address"),
    ("[clients.x]\nname = 'X'", "clients.x.redirect_uris"),
])  # fmt: skip
def test_what_a_file_gets_wrong_is_told_with_its_place(idp: Cli, house: Path, text: str, told: str) -> None:
    house.write_text(text)
    done = idp("apply", str(house))
    assert done.code == 1
    assert told in done.err


def test_a_missing_file_is_told(idp: Cli, tmp_path: Path) -> None:
    assert "can't be read" in idp("apply", str(tmp_path / "nothing.toml")).err


def test_what_is_exported_is_what_is_there(idp: Cli, house: Path) -> None:
    idp("apply", str(house))
    written = idp("export").out
    assert tomllib.loads(written)["users"]["ada"]["email"] == "ada@example.org"
    house.write_text(written)
    assert idp("apply", str(house), "--json").json == []


def test_settings_stand_in_the_file_too(idp: Cli, tmp_path: Path) -> None:
    file = tmp_path / "house.toml"
    file.write_text('[settings]\nname = "The Lodge"\naccent = "#FC0"\nrequire_mfa = true\nsession_lifetime = 7200\n')
    assert "settings everybody" in idp("apply", str(file), "--dry-run").out
    assert "settings" not in tomllib.loads(idp("export").out), "a dry run changes nothing"
    assert idp("apply", str(file), "--json").json[0]["fields"] == ["accent", "name", "require_mfa", "session_lifetime"]
    exported = tomllib.loads(idp("export").out)["settings"]
    assert exported == {"name": "The Lodge", "accent": "#ffcc00", "require_mfa": True, "session_lifetime": 7200}
    assert "Nothing to do" in idp("apply", str(file)).out


@pytest.mark.parametrize(
    "line",
    [
        "name = 1",
        "session_lifetime = true",
        "session_lifetime = 1",
        'accent = "red"',
        'logo = "x.png"',
        'kept_lifetime = "1d"',
    ],
)
def test_settings_that_can_not_be_are_refused(idp: Cli, tmp_path: Path, line: str) -> None:
    file = tmp_path / "house.toml"
    file.write_text(f"[settings]\n{line}\n[groups.family]\n")
    done = idp("apply", str(file))
    assert done.code == 1 and line.split()[0] in done.err
    assert tomllib.loads(idp("export").out) == {}


def test_keys_of_an_application_stand_in_the_file_too(idp: Cli, tmp_path: Path) -> None:
    key = {"use": "sig", **Signer(kid="one").members}
    file = tmp_path / "keys.toml"
    file.write_text(
        '[clients.archive]\nauth_method = "private_key_jwt"\nrequest_object_alg = "ES256"\nrequire_par = true\n'
        'redirect_uris = ["https://a.example/cb"]\n[[clients.archive.jwks.keys]]\n'
        + "".join(f'{name} = "{value}"\n' for name, value in key.items())
    )
    (change,) = idp("apply", str(file), "--json").json
    assert "client_secret" not in change
    assert Client.get().jwks == {"keys": [key]}
    exported = idp("export").out
    written = tomllib.loads(exported)["clients"]["archive"]
    assert (written["jwks"], written["auth_method"], written["require_par"]) == (
        {"keys": [key]},
        "private_key_jwt",
        True,
    )
    file.write_text(exported)
    assert idp("apply", str(file), "--json").json == []
    file.write_text(exported.replace("[[clients.archive.jwks.keys]]", "[clients.archive.jwks.keys]"))
    assert "JWK Set" in idp("apply", str(file)).err


def test_all_that_is_decided_about_people_and_applications_stands_in_the_file(idp: Cli) -> None:
    own = {"id", "created_at", "updated_at"}
    kept = {"client_id", "secret_digest", "earlier_secrets", "registration_token_digest", "registered_by", "checked_at"}
    happened = {"last_used_at", "last_failed_at", "last_failure"}
    assert columns_of(Client) - own - kept - happened == {*CLIENT_FIELDS} - {"disabled"} | {"logo", "disabled_at"}
    theirs = {"sub", "username", "nickname", "picture", "locale", "zoneinfo"}  # never changed, or people's own business
    assert columns_of(User) - own - theirs == {*USER_FIELDS} - {"admin", "disabled", "groups"} | {
        "is_admin",
        "disabled_at",
    }


def columns_of(table: type[Client | User]) -> set[str]:
    return set(table._meta.fields)


def test_preset_names_and_the_mark_of_an_address_move_to_another_house(idp: Cli, tmp_path: Path) -> None:
    file = tmp_path / "house.toml"
    file.write_text(
        '[users.ada]\nemail = "ada@example.org"\nemail_verified = false\ngiven_name = "Ada"\nfamily_name = "Lovelace"\n'
        '[clients.cinema]\nname = "TV"\npreset = "jellyfin-sso"\nredirect_uris = ["https://tv.example/cb"]\n'
    )
    idp("apply", str(file))
    exported = tomllib.loads(idp("export").out)
    ada = exported["users"]["ada"]
    assert (ada["email_verified"], ada["given_name"], ada["family_name"]) == (False, "Ada", "Lovelace")
    assert exported["clients"]["cinema"]["preset"] == "jellyfin-sso"
    assert "SSO-Auth" in idp("client", "sheet", "cinema").out
    assert idp("apply", str(file), "--json").json == []
    file.write_text("[users.ada]\nemail_verified = true\n")
    assert idp("apply", str(file), "--json").json[0]["fields"] == ["email_verified"]
    assert User.get().email_verified and User.get().email == "ada@example.org"
    assert idp("apply", str(file), "--json").json == []
    file.write_text('[clients.cinema]\npreset = "nothing-like-it"\n')
    assert "There is no preset named" in idp("apply", str(file)).err


def test_names_that_are_the_same_but_for_case_are_refused_here_too(idp: Cli, house: Path) -> None:
    idp("apply", str(house))
    house.write_text(
        '[groups.Family]\n[clients.phone]\nname = "jellyfin"\n[clients.another]\nname = "JELLYFIN"\nredirect_uris = ["https://a.example"]'
    )
    done = idp("apply", str(house))
    assert done.code == 1
    assert "groups.Family" in done.err and "There is a group named family already" in done.err
    for client in ("phone", "another"):
        assert f"clients.{client}.name: There is a client named Jellyfin already" in done.err
