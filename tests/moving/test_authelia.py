"""Moving in from Authelia: what comes along, what doesn't, and that people and applications notice nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from idp.directory import groups
from idp.errors import Invalid
from idp.moving.authelia import move
from idp.storage import clients, credentials, users
from idp.storage.models import Client, User
from tests.flows.application import Application
from tests.flows.visitors import visitor
from tests.moving import authelia
from tests.server import Server


def test_people_groups_and_applications_come_along(storage: None, tmp_path: Path) -> None:
    moved = move(*authelia.write(tmp_path))
    assert moved.groups == ["admins", "dev"]
    assert moved.users == ["john", "harry", "bob"]
    assert moved.clients == ["jellyfin", "grafana", "nextcloud", "phone", "archive", "nightly"]
    john, bob = users.by_name("john"), users.by_name("bob")
    assert john is not None and bob is not None
    assert (john.email, john.display_name, users.group_names(john)) == (
        "john.doe@example.com", "John Doe", ["admins", "dev"]
    )  # fmt: skip
    assert bob.disabled_at is not None
    jellyfin, grafana, phone = (clients.by_id(name) for name in ("jellyfin", "grafana", "phone"))
    assert jellyfin is not None and grafana is not None and phone is not None
    assert (jellyfin.require_mfa, jellyfin.require_pkce, jellyfin.skip_consent) == (False, True, True)
    assert jellyfin.auth_method == "client_secret_post"
    assert jellyfin.scopes == ["openid", "profile", "groups"]
    assert grafana.require_mfa
    assert phone.is_public


def test_how_an_application_signs_and_proves_itself_comes_along(storage: None, tmp_path: Path) -> None:
    move(*authelia.write(tmp_path))
    archive, nightly = clients.by_id("archive"), clients.by_id("nightly")
    assert archive is not None and nightly is not None
    assert (archive.auth_method, archive.jwks_uri, archive.secret_digest) == (
        "private_key_jwt", "https://archive.example.com/jwks.json", None
    )  # fmt: skip
    assert (archive.request_object_alg, archive.require_par) == ("ES256", True)
    assert (archive.userinfo_alg, archive.id_token_alg, archive.access_token_format) == ("RS256", "RS256", "jwt")
    assert archive.grant_types == ["authorization_code"]
    assert (nightly.grant_types, nightly.scopes) == (["client_credentials"], ["backup.read"])


def test_what_does_not_come_along_is_told_with_what_to_do(storage: None, tmp_path: Path) -> None:
    moved = move(*authelia.write(tmp_path))
    told = "\n".join(moved.left)
    for sentence in (
        "User harry: their password isn't kept as argon2id. Give them a link: idp user link harry",
        "User Renée!: A user name has 2 to 32 characters",
        "Application grafana: the scopes address don't exist here.",
        "Application nextcloud: its secret's hash can't be kept; it has a new secret.",
        "Application nextcloud: its policy 'family_only' can't be taken along",
        "Application nightly: its secret is too short, or too easy to guess; it has a new secret.",
        "Application archive: the grant types implicit don't exist here.",
        "Application archive: id_token_signed_response_alg can't be RS512 here.",
        "User harry: phone_number can't be taken along.",
        "Second factors are in Authelia's database",
        "(sub) are in its database",
        "Application broken:",
    ):
        assert sentence in told
    assert set(moved.secrets) == {"nextcloud", "nightly"}
    harry = users.by_name("harry")
    assert harry is not None
    assert (harry.given_name, harry.family_name) == ("Harry", "Potter")
    assert credentials.of(harry, "password") == []


def test_a_group_that_is_here_in_other_letters_is_joined(storage: None, tmp_path: Path) -> None:
    groups.add("Admins")
    moved = move(*authelia.write(tmp_path))
    assert moved.groups == ["dev"]
    assert any("Group admins: is the group Admins here" in sentence for sentence in moved.left)
    john = users.by_name("john")
    assert john is not None
    assert users.group_names(john) == ["Admins", "dev"]


def test_twice_is_as_good_as_once(storage: None, tmp_path: Path) -> None:
    files = authelia.write(tmp_path)
    move(*files)
    again = move(*files)
    assert (again.groups, again.users, again.clients, again.secrets) == ([], [], [], {})
    assert "Application jellyfin: is here already, and stays as it is." in again.left
    assert not any("database" in sentence for sentence in again.left), "nothing came, so nothing is missing"


def test_a_dry_run_changes_nothing(storage: None, tmp_path: Path) -> None:
    moved = move(*authelia.write(tmp_path), dry_run=True)
    assert moved.users == ["john", "harry", "bob"]
    assert moved.secrets == {}
    assert User.select().count() == Client.select().count() == 0


def test_an_installation_without_applications_is_fine(storage: None, tmp_path: Path) -> None:
    configuration, people = authelia.write(tmp_path)
    configuration.write_text("theme: 'dark'")
    assert move(configuration, people).users == ["john", "harry", "bob"]


@pytest.mark.parametrize(
    "text", ["", "[1, 2", "just words", "a: &a [*a, *a]\nb: !!python/object:os.system x", "users: 3"]
)
def test_what_is_none_of_its_files_is_refused(storage: None, tmp_path: Path, text: str) -> None:
    configuration, people = authelia.write(tmp_path)
    people.write_text(text)
    with pytest.raises(Invalid, match=str(people)):
        move(configuration, people)
    assert User.select().count() == 0


def test_people_keep_their_password_and_applications_their_secret(
    idp_server: Callable[..., Server], tmp_path: Path
) -> None:
    server = idp_server()
    configuration, people = authelia.write(tmp_path)
    server.idp("import", "authelia", str(configuration), str(people))
    own = Application(server)
    own.id, own.secret = "jellyfin", authelia.SECRET
    for _ in range(2):  # the second time the secret is kept as ours are
        code = own.code(visitor(server), "john", authelia.PASSWORD, scope="openid profile groups")
        assert own.exchange(code, client_secret="wrong" + authelia.SECRET).status_code == 401
        tokens = own.exchange(code)
        assert tokens.status_code == 200, tokens.text
        assert own.claims(tokens.json()["id_token"])["groups"] == ["admins", "dev"]
