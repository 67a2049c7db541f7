"""The `claims` request parameter (OIDC Core 5.5)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from idp.custom_claims import sources
from idp.errors import AuthorizationError
from idp.oidc import claims_parameter
from idp.oidc.claims_parameter import AskedClaims
from idp.oidc.scopes import SCOPES
from idp.storage import users
from idp.storage.models import Client
from tests import given

EVERYTHING = Client(scopes=list(SCOPES))


def read(asked: Any, client: Client = EVERYTHING) -> AskedClaims:
    return claims_parameter.read(json.dumps(asked), client)


@pytest.mark.parametrize("text", [None, "{}", '{"id_token": null, "userinfo": null}', '{"id_token": {}}', '{"x": 1}'])
def test_nothing_asked_is_nothing_given(text: str | None) -> None:
    assert claims_parameter.read(text, EVERYTHING) == AskedClaims()


def test_a_claim_goes_only_where_it_was_asked_for() -> None:
    asked = read({"id_token": {"email": None}, "userinfo": {"name": {"essential": True}, "groups": {"value": "x"}}})
    assert asked.id_token == ("email",)
    assert set(asked.userinfo) == {"name", "groups"}


@pytest.mark.parametrize(
    "name", ["password_hash", "data", "is_admin", "id", "username", "disabled_at", "iss", "aud", "x"]
)
def test_what_is_no_claim_of_ours_is_only_told_where_an_administrator_made_one_up(storage: None, name: str) -> None:
    asked = read({"id_token": {name: {"essential": True}}, "userinfo": {name: None}})
    assert (asked.id_token, asked.userinfo) == ((), ())
    assert asked.custom_id_token in ((), (name,))
    ada, app = given.user(), given.client()
    assert sources.found(ada, app, of_client=False, about_person=False, named=asked.custom_id_token) == {}


@pytest.mark.parametrize(
    "name", ["iss", "SUB", "email", "attributes", "__proto__", "toString", "", "é", "a b", "x" * 101]
)
def test_a_name_that_no_custom_claim_can_have_is_forgotten_at_once(name: str) -> None:
    assert read({"id_token": {name: None}}, Client(scopes=["openid", "profile"])).custom_id_token == ()


def test_custom_claims_about_people_need_the_scope_that_covers_them() -> None:
    asked = {"userinfo": {"immich_role": None, "level": None}}
    assert read(asked, Client(scopes=["openid", "email"])) == AskedClaims()
    assert read(asked, Client(scopes=["openid", "email"], claims={"level": 3})).custom_userinfo == ("level",)
    assert read(asked).custom_userinfo == ("immich_role", "level")


def test_no_more_than_twenty_custom_names_are_kept() -> None:
    assert len(read({"userinfo": {f"x{number}": None for number in range(500)}}).custom_userinfo) == 20


def test_a_claim_outside_the_scopes_of_the_client_is_ignored() -> None:
    asked = read({"userinfo": {"email": None, "name": None}}, Client(scopes=["openid", "email"]))
    assert asked.userinfo == ("email",)


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", '"x"', "1", "NaN", '{"id_token": []' , '{"id_token": "x"}', '{"userinfo": [1]}',
     '{"id_token": 1}', "[" * 5_000,
     '{"id_token": {"email": ' + "[" * 19 + "]" * 19 + "}}"],
    ids=range(13),
)  # fmt: skip
def test_what_is_not_an_object_of_objects_is_refused(text: str) -> None:
    with pytest.raises(AuthorizationError) as refusal:
        claims_parameter.read(text, EVERYTHING)
    assert refusal.value.error == "invalid_request"


@pytest.mark.parametrize(
    "wish", [None, {}, {"value": "aal2"}, {"values": ["aal3"]}, {"essential": True}, {"essential": True, "value": "aal1"},
             {"essential": True, "values": ["aal2", "aal1"]}, {"essential": False, "value": "loa4"}, {"essential": "true"}],
)  # fmt: skip
def test_an_acr_that_is_reached_or_not_essential_is_no_problem(wish: Any) -> None:
    read({"id_token": {"acr": wish}})


@pytest.mark.parametrize(
    "wish", [{"essential": True, "value": "loa4"}, {"essential": True, "values": ["loa4", 4]},
             {"essential": True, "values": "aal1"}, {"essential": True, "value": {}}, {"essential": True, "value": None}],
)  # fmt: skip
def test_an_essential_acr_that_cannot_be_reached_fails_the_request(wish: Any) -> None:
    with pytest.raises(AuthorizationError) as refusal:
        read({"id_token": {"acr": wish}})
    assert refusal.value.error == "unmet_authentication_requirements"


@pytest.mark.parametrize("member", ["id_token", "userinfo"])
def test_the_sub_names_whom_the_application_expects(member: str) -> None:
    assert read({member: {"sub": {"value": "a-sub"}}}).sub == "a-sub"


@pytest.mark.parametrize("wish", [None, {}, {"essential": True}, {"value": 7}, {"value": None}, "a-sub", []])
def test_a_sub_without_a_value_expects_nobody(wish: Any) -> None:
    assert read({"id_token": {"sub": wish}}).sub is None


def test_the_same_sub_twice_is_one_person() -> None:
    same = {"sub": {"value": "a-sub"}}
    assert read({"id_token": same, "userinfo": same}).sub == "a-sub"


def test_two_people_at_once_are_refused() -> None:
    with pytest.raises(AuthorizationError) as refusal:
        read({"id_token": {"sub": {"value": "one"}}, "userinfo": {"sub": {"value": "two"}}})
    assert refusal.value.error == "invalid_request"


@pytest.mark.parametrize("sub", ["\0", "\ud800", "a\udfffb", "x" * 8_000, "\u202e"])
def test_a_sub_that_nobody_can_have_is_refused_or_found_to_be_nobodys(storage: None, sub: str) -> None:
    try:
        asked = read({"id_token": {"sub": {"value": sub}}})
    except AuthorizationError as refusal:
        assert refusal.error == "invalid_request"
    else:
        assert asked.sub is None or users.by_sub(asked.sub) is None
