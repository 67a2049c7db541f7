"""Adding, changing and removing clients: one validator for every door."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from idp import activity, opaque
from idp.errors import Invalid, NotFound
from idp.oidc import client_metadata, registration, userinfo
from idp.oidc.client_authentication import authenticate
from idp.oidc.grants import DEVICE_CODE
from idp.storage import clients, database
from idp.storage.models import Client
from tests import given
from tests.conftest import Clock
from tests.given import REDIRECT_URI, SECRET


def added(name: str = "Jellyfin", **metadata: Any) -> tuple[Client, str | None]:
    return registration.add(name, **{"redirect_uris": [REDIRECT_URI], **metadata})


def problems(**metadata: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as invalid:
        added(**metadata)
    assert clients.all_clients() == []
    return dict(invalid.value.problems)


def test_a_client_gets_an_id_and_a_secret_that_need_no_escaping(storage: None) -> None:
    client, secret = added()
    assert secret is not None
    for value in (client.client_id, secret):
        assert value.replace("-", "").replace("_", "").isalnum()
        assert len(value) >= 46
    assert authenticate(None, {"client_id": client.client_id, "client_secret": secret}) == client


def test_the_defaults_are_those_of_an_application_at_home(storage: None) -> None:
    client, _ = added()
    assert client.scopes == ["openid", "profile", "email", "groups", "roles", "offline_access"]
    assert client.grant_types == ["authorization_code", "refresh_token"]
    assert (client.id_token_alg, client.auth_method, client.allowed_groups) == ("RS256", None, [])
    assert not client.require_pkce
    assert not client.skip_consent
    assert client.id_token_claims


def test_a_public_client_has_no_secret(storage: None) -> None:
    client, secret = added(auth_method="none")
    assert secret is None
    assert client.is_public
    assert client.secret_digest is None


def test_an_id_and_a_secret_that_are_brought_along_are_kept(storage: None) -> None:
    client, secret = added(client_id="my.app~1", client_secret=SECRET)
    assert (client.client_id, secret) == ("my.app~1", SECRET)
    assert client.secret_digest == opaque.digest(SECRET)


def test_a_secret_stands_nowhere_in_the_log(storage: None) -> None:
    _, secret = added(client_secret=SECRET)
    assert str(secret) not in str([row.__data__ for row in activity.rows()])


@pytest.mark.parametrize(
    "client_id", ["ab", "a" * 129, "with space", "ä-client", "a:b:c", "a/b/c", "a%20b", "a\nb", "abc\n"]
)
def test_an_odd_client_id_is_refused(storage: None, client_id: str) -> None:
    assert problems(client_id=client_id).keys() == {"client_id"}


@pytest.mark.parametrize(
    "secret", ["short", "a" * 31, "a" * 64, "ab" * 20, "x y" * 20, "ä" * 40, "b" * 256, SECRET + "\n"]
)
def test_a_weak_or_odd_secret_is_refused_and_not_repeated(storage: None, secret: str) -> None:
    found = problems(client_secret=secret)
    assert found.keys() == {"client_secret"}
    assert secret not in found["client_secret"]


def test_a_public_client_with_a_secret_is_refused(storage: None) -> None:
    assert problems(auth_method="none", client_secret=SECRET).keys() == {"client_secret"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "a" * 101), ("name", "a\u202eb"), ("name", "a\nb"),
        ("name", " "), ("name", "Jelly "), ("name", "\xa0Jelly"), ("name", "\u3164\ufe0f"), ("name", "\u2800"),
        ("redirect_uris", []), ("redirect_uris", [REDIRECT_URI, "javascript:alert(1)"]), ("redirect_uris", ["/cb"]),
        ("post_logout_redirect_uris", ["data:text/html,x"]), ("post_logout_redirect_uris", ["https://a.example/#x"]),
        ("post_logout_redirect_uris", ["https://a.example/*"]), ("post_logout_redirect_uris", ["https://a.example", "/bye"]),
        ("frontchannel_logout_uri", "https://elsewhere.example/out"), ("frontchannel_logout_uri", "app.immich:///out"), ("auth_method", "client_secret_jwt"),
        ("auth_method", ""), ("scopes", ["openid", "admin"]),
        ("scopes", ["email"]), ("scopes", []), ("allowed_groups", ["nobody"]), ("id_token_alg", "none"),
        ("id_token_alg", "HS256"), ("app_url", "javascript:alert(1)"), ("app_url", "app.immich:///"),
        ("logo_uri", "data:image/png;base64,AA"), ("logo_uri", "/logo.png"), ("policy_uri", "mailto:a@b.c"),
        ("tos_uri", "https://"), ("tos_uri", ""), ("backchannel_logout_uri", "app://bye"),
        ("backchannel_logout_uri", "https://a.example/#x"), ("backchannel_logout_uri", "https://u:p@a.example/"),
    ],
)  # fmt: skip
def test_each_field_has_its_rule(storage: None, field: str, value: Any) -> None:
    found = problems(**{field: value})
    assert found.keys() == {field}
    assert " " in found[field]


@pytest.mark.parametrize("address", ["https://[", "https://[x]/", "https://a.example:99999/", "https://a.example:x/"])
@pytest.mark.parametrize("field", [
    "redirect_uris", "post_logout_redirect_uris", "app_url", "logo_uri", "policy_uri", "tos_uri", "backchannel_logout_uri",
    "frontchannel_logout_uri", "sector_identifier_uri", "initiate_login_uri", "jwks_uri",
])  # fmt: skip
@pytest.mark.parametrize(
    "beside", [{}, {"subject_type": "pairwise"}, {"frontchannel_logout_uri": "https://app.example.org/out"}], ids=str
)
def test_an_address_that_nobody_can_read_is_refused_wherever_it_stands(
    storage: None, field: str, address: str, beside: dict[str, Any]
) -> None:
    assert field in problems(**{**beside, field: [address] if field.endswith("redirect_uris") else address})


def test_an_application_that_signs_nobody_in_needs_no_address(storage: None) -> None:
    client, secret = registration.add("Indexer", grant_types=["client_credentials"])
    assert secret is not None
    assert (client.redirect_uris, client.scopes) == ([], [])
    assert client_metadata.as_registered(client)["response_types"] == []
    own, _ = registration.add("Other", grant_types=["client_credentials"], scopes=["media.read", "urn:x:write"])
    assert own.scopes == ["media.read", "urn:x:write"]


@pytest.mark.parametrize(
    ("metadata", "field"),
    [
        ({"grant_types": ["password"]}, "grant_types"), ({"grant_types": []}, "grant_types"),
        ({"grant_types": ["refresh_token"]}, "grant_types"),
        ({"grant_types": ["client_credentials"], "auth_method": "none"}, "grant_types"),
        ({"scopes": ["openid", "media.read"]}, "scopes"),
        ({"grant_types": ["client_credentials"], "scopes": ["two words"]}, "scopes"),
        ({"grant_types": ["client_credentials"], "scopes": ['"']}, "scopes"),
        ({"grant_types": ["authorization_code", "client_credentials"], "scopes": ["media.read"]}, "scopes"),
        ({"access_token_format": "saml"}, "access_token_format"),
        ({"introspects_all": True, "auth_method": "none"}, "introspects_all"),
        ({"backchannel_logout_uri": "http://a.example/", "auth_method": "none"}, "backchannel_logout_uri"),
    ],
    ids=str,
)  # fmt: skip
def test_what_can_not_be_true_together_is_refused(storage: None, metadata: dict[str, Any], field: str) -> None:
    assert problems(**metadata).keys() == {field}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"grant_types": ["refresh_token"]}, "grant_types"), ({"scopes": ["openid", "media.read"]}, "scopes"),
        ({"redirect_uris": []}, "redirect_uris"), ({"scopes": ["email"]}, "scopes"),
    ],
    ids=str,
)  # fmt: skip
def test_a_change_never_leads_to_what_could_not_be_added(storage: None, change: dict[str, Any], field: str) -> None:
    client, _ = added()
    with pytest.raises(Invalid) as invalid:
        registration.change(client, **change)
    assert invalid.value.problems.keys() == {field}


def test_a_client_can_not_be_named_like_a_person(storage: None) -> None:  # RFC 9700 4.15
    assert problems(client_id=given.user().sub).keys() == {"client_id"}


def test_all_problems_are_told_at_once(storage: None) -> None:
    found = problems(name="", redirect_uris=["/cb"], client_id="a b", scopes=["x"], allowed_groups=["y"], logo_uri="z")
    assert found.keys() == {"name", "redirect_uris", "client_id", "scopes", "allowed_groups", "logo_uri"}


def test_a_missing_group_is_told_with_the_command_that_makes_it(storage: None) -> None:
    assert "idp group add nobody" in problems(allowed_groups=["nobody"])["allowed_groups"]


@pytest.mark.parametrize("metadata", [{"name": "The app"}, {"client_id": "app"}], ids=["name", "id"])
def test_nothing_is_given_out_twice(storage: None, metadata: dict[str, str]) -> None:
    given.client()
    with pytest.raises(Invalid, match="already"):
        added(**metadata)


ALIKE = ["Jelly", "jelly", "JELLY", "Jel ly", "ｊelly", "Jel\u3164ly"]


@pytest.mark.parametrize("name", ALIKE, ids=ascii)
def test_a_name_that_is_another_clients_but_for_case_and_blanks_is_refused_with_that_one(
    storage: None, name: str
) -> None:
    added("Jelly")
    other = added("Jelly 2")[0]
    with pytest.raises(Invalid, match="There is a client named Jelly already"):
        added(name)
    with pytest.raises(Invalid, match="There is a client named Jelly already"):
        registration.change(other, name=name)
    assert registration.change(other, name="JELLY 2").name == "JELLY 2", "its own in other letters is free for it"


@pytest.mark.parametrize("name", ["Foyer", "foyer", "FOY ER"])
def test_no_client_is_called_like_this_provider(storage: None, name: str) -> None:
    with pytest.raises(Invalid, match="Foyer is what this sign-in service itself is called"):
        added(name)


def test_clients_of_before_that_are_called_alike_go_on(storage: None) -> None:
    given.client("one", name="Jelly")
    for number, name in enumerate(("jelly", " ", "Foyer")):
        old = given.client(f"the-{number}", name=name)
        assert registration.change(old, name=name, app_url="https://app.example.org/").name == name


def test_of_two_that_want_one_name_at_once_one_gets_it(storage: None) -> None:
    def add(name: str) -> str:
        try:
            return added(name)[0].name
        except Invalid as invalid:
            return str(invalid).partition(" already")[0]
        finally:
            database.close()

    with ThreadPoolExecutor(len(ALIKE)) as pool:
        told = set(pool.map(add, ALIKE))
    (name,) = (client.name for client in clients.all_clients())
    assert told == {name, f"There is a client named {name}"}


def test_a_client_can_be_limited_to_groups(storage: None) -> None:
    given.user("ada", groups=["family"])
    assert added(allowed_groups=["family"])[0].allowed_groups == ["family"]


def test_a_change_touches_nothing_but_what_is_given(storage: None, clock: Clock) -> None:
    before = given.client()
    clock.forward(10)
    after = registration.change(before, redirect_uris=["https://new.example.org/"])
    changed = {
        name for name in after.__data__ if after.__data__[name] != Client.get_by_id(before.id).__data__.get(name)
    }
    assert changed == set()
    assert after.redirect_uris == ["https://new.example.org/"]
    assert after.updated_at == clock.now
    assert (after.name, after.scopes, after.secret_digest) == (before.name, before.scopes, before.secret_digest)


@pytest.mark.parametrize(
    "metadata", [{"redirect_uris": ["/x"]}, {"redirect_uris": []}, {"name": "The other"}, {"scopes": ["x"]},
                 {"auth_method": "none"}],
    ids=str,
)  # fmt: skip
def test_a_change_has_the_same_rules(storage: None, metadata: dict[str, Any]) -> None:
    client = given.client()
    given.client("other")
    with pytest.raises(Invalid):
        registration.change(client, **metadata)
    assert clients.by_id("app").__data__ == Client.get_by_id(client.id).__data__


def test_a_client_may_keep_its_own_name(storage: None) -> None:
    assert registration.change(given.client(), name="The app").name == "The app"


def test_switching_off_ends_the_worth_of_its_tokens(storage: None, clock: Clock) -> None:
    client = given.client()
    token = given.access_token(given.grant(given.user(), client))
    registration.switch(client, on=False)
    with pytest.raises(Exception, match="invalid_token"):
        userinfo.claims_for(token, clock.now)[1]
    registration.switch(client, on=True)
    assert userinfo.claims_for(token, clock.now)[1]


def test_a_new_secret_replaces_the_old_one(storage: None) -> None:
    client = given.client()
    secret = registration.rotate_secret(client)
    assert authenticate(None, {"client_id": "app", "client_secret": secret}) == client
    with pytest.raises(Exception, match="invalid_client"):
        authenticate(None, {"client_id": "app", "client_secret": SECRET})


def test_a_public_client_gets_no_new_secret(storage: None) -> None:
    with pytest.raises(Invalid):
        registration.rotate_secret(given.client(auth_method="none"))


def test_deleting_takes_everything_granted_along(storage: None, clock: Clock) -> None:
    client = given.client()
    token = given.access_token(given.grant(given.user(), client))
    registration.delete(client)
    with pytest.raises(NotFound):
        registration.get("app")
    with pytest.raises(Exception, match="invalid_token"):
        userinfo.claims_for(token, clock.now)[1]


def test_metadata_has_the_names_of_rfc_7591(storage: None) -> None:
    client, secret = added(app_url="https://app.example.org", logo_uri="https://app.example.org/logo.png")
    found = client_metadata.as_registered(client, secret)
    assert found == {
        "client_id": client.client_id, "client_secret": secret, "client_secret_expires_at": 0,
        "client_id_issued_at": client.created_at, "client_name": "Jellyfin", "client_uri": "https://app.example.org",
        "logo_uri": "https://app.example.org/logo.png", "redirect_uris": [REDIRECT_URI],
        "post_logout_redirect_uris": [], "response_types": ["code"], "grant_types": ["authorization_code", "refresh_token"],
        "always_refresh": False, "introspects_all": False, "access_token_format": "opaque",
        "scope": "openid profile email groups roles offline_access", "token_endpoint_auth_method": "client_secret_basic", "auth_method_pinned": False,
        "id_token_signed_response_alg": "RS256", "id_token_claims": True, "pkce": "allow", "skip_consent": False,
        "groups": [], "require_mfa": False, "subject_type": "public", "subject_source": "uuid",
    }  # fmt: skip


def test_metadata_without_a_fresh_secret_has_none(storage: None) -> None:
    assert not client_metadata.as_registered(given.client()).keys() & {"client_secret", "client_secret_expires_at"}


@pytest.mark.parametrize(
    ("metadata", "pkce"), [({}, "allow"), ({"require_pkce": True}, "require"), ({"auth_method": "none"}, "require")]
)
def test_public_clients_always_need_pkce(storage: None, metadata: dict[str, Any], pkce: str) -> None:
    assert client_metadata.as_registered(given.client(**metadata))["pkce"] == pkce


def test_the_preset_it_was_made_from_is_remembered_if_there_is_one(storage: None) -> None:
    client, _ = added(preset="grafana")
    assert client_metadata.as_registered(client)["preset"] == "grafana"
    registration.delete(client)
    assert "idp client presets" in problems(preset="nonsense")["preset"]


def test_a_device_needs_no_redirect_uri_but_a_person_to_sign_in(storage: None) -> None:
    device, _ = registration.add("Television", grant_types=[DEVICE_CODE, "refresh_token"], auth_method="none")
    assert device.redirect_uris == [] and "openid" in device.scopes and "offline_access" in device.scopes
    for wrong in ({"scopes": ["email"]}, {"grant_types": ["refresh_token"]}, {"grant_types": ["authorization_code"]}):
        with pytest.raises(Invalid):
            registration.add("Another", **{"grant_types": [DEVICE_CODE], **wrong})
