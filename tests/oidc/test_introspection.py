"""Introspection without HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from idp import activity, opaque
from idp.errors import TokenError
from idp.oidc import introspection
from idp.oidc.client_call import ClientCall
from idp.oidc.keys import KeySet
from idp.opaque import Kind
from idp.storage import access_tokens, grants, refresh_tokens
from idp.storage.models import AccessToken, Client, Grant, User
from idp.subject_identifier import subject_identifier
from tests import given
from tests.conftest import Clock

ISSUER = "http://localhost:8000"
INACTIVE = {"active": False}
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def granted(storage: None, clock: Clock) -> Grant:
    ada = given.user("ada", groups=["family"])
    return given.grant(
        ada, given.client(), scopes=["openid", "profile", "groups"], acr="aal2", amr=["pwd", "otp", "mfa"]
    )


@pytest.fixture
def ask(key_set: KeySet, clock: Clock) -> Ask:
    def call(client: Client, token: str | None, **more: str) -> dict[str, Any]:
        sent = {name: value for name, value in {"token": token, **more}.items() if value is not None}
        now_as_it_is = Client.get_by_id(client.id)
        return introspection.respond(ClientCall(now_as_it_is, sent, ISSUER, key_set, clock.now, "192.0.2.1"))

    return call


def test_an_access_token_is_told_with_all_that_stands_behind_it(ask: Ask, granted: Grant, clock: Clock) -> None:
    token = given.access_token(granted)
    clock.forward(100)
    assert ask(granted.client, token) == {
        "active": True, "iss": ISSUER, "client_id": "app", "aud": "app", "sub": granted.user.sub, "username": "ada",
        "scope": "openid profile groups", "token_type": "Bearer", "iat": clock.now - 100, "exp": clock.now + 3_500,
        "auth_time": granted.auth_time, "acr": "aal2", "amr": ["pwd", "otp", "mfa"], "groups": ["family"],
    }  # fmt: skip
    assert list(activity.rows()) == []


def test_93_a_person_is_named_as_the_application_that_asks_knows_them(ask: Ask, granted: Grant) -> None:
    one = given.client("pairwise", subject_type="pairwise", introspects_all=True)
    token = given.access_token(granted)
    assert ask(one, token)["sub"] == subject_identifier(granted.user, one) != granted.user.sub
    assert ask(granted.client, token)["sub"] == granted.user.sub


def test_a_refresh_token_is_told_without_a_type_that_opens_anything(ask: Ask, granted: Grant, clock: Clock) -> None:
    told = ask(granted.client, given.refresh_token(granted, 500))
    assert told["active"] is True
    assert told["exp"] == clock.now + 500
    assert "token_type" not in told


def test_what_the_scopes_do_not_bring_is_not_told(ask: Ask, granted: Grant) -> None:
    Grant.update(scopes=["openid"]).execute()
    assert not ask(granted.client, given.access_token(granted)).keys() & {"username", "groups", "email"}


def test_a_token_with_fewer_scopes_tells_those(ask: Ask, granted: Grant, clock: Clock) -> None:
    access_tokens.keep(opaque.digest("at_narrow"), granted.id, clock.now + 60, ["openid"])
    told = ask(granted.client, "at_narrow")
    assert told["scope"] == "openid"
    assert "username" not in told


@pytest.mark.parametrize("token", ["rt_x", "at_x", "ac_x", "x", "a.b.c", "x" * 60_000, "\ud800", "\0"])
def test_an_unknown_token_is_inactive_and_nothing_else_is_said(ask: Ask, granted: Grant, token: str) -> None:
    assert ask(granted.client, token) == INACTIVE


def test_a_code_is_no_token(ask: Ask, granted: Grant) -> None:
    assert ask(granted.client, given.code(granted)) == INACTIVE


Changes = dict[str, Callable[[Grant, int], Any]]
ENDINGS: Changes = {
    "revoked": lambda grant, now: grants.revoke(grant.id, now),
    "person disabled": lambda grant, now: User.update(disabled_at=now).execute(),
    "person deleted": lambda grant, now: grant.user.delete_instance(),
}


@pytest.mark.parametrize("end", ENDINGS.values(), ids=ENDINGS)
def test_what_has_ended_is_inactive(ask: Ask, granted: Grant, clock: Clock, end: Callable[[Grant, int], Any]) -> None:
    access, refresh = given.access_token(granted), given.refresh_token(granted)
    assert ask(granted.client, access)["active"]
    assert ask(granted.client, refresh)["active"]
    end(granted, clock.now)
    assert ask(granted.client, access) == ask(granted.client, refresh) == INACTIVE


def test_what_has_expired_or_been_used_is_inactive(ask: Ask, granted: Grant, clock: Clock) -> None:
    access, refresh, used = (
        given.access_token(granted, 10),
        given.refresh_token(granted, 10),
        given.refresh_token(granted),
    )
    refresh_tokens.use(opaque.digest(used), clock.now)
    clock.forward(10)
    assert [ask(granted.client, token) for token in (access, refresh, used)] == [INACTIVE] * 3


def test_the_tokens_of_a_disabled_client_are_inactive(ask: Ask, granted: Grant, clock: Clock) -> None:
    token, gate = given.access_token(granted), given.client("gate", introspects_all=True)
    assert ask(gate, token)["client_id"] == "app"
    Client.update(disabled_at=clock.now).where(Client.client_id == "app").execute()
    assert ask(gate, token) == INACTIVE


def test_the_tokens_of_others_are_nobodys_business_without_the_switch(ask: Ask, granted: Grant) -> None:
    access, refresh, other = given.access_token(granted), given.refresh_token(granted), given.client("other")
    assert ask(other, access) == ask(other, refresh) == INACTIVE
    Client.update(introspects_all=True).where(Client.client_id == "other").execute()
    told = ask(other, access)
    assert (told["client_id"], told["aud"], told["username"]) == ("app", "app", "ada")
    assert ask(other, refresh) == INACTIVE, "for a resource a refresh token opens nothing"


@pytest.mark.parametrize(("fields", "error"), [({"auth_method": "none"}, "invalid_client"), ({}, "invalid_request")])
def test_who_asks_has_to_prove_who_it_is_and_say_what_it_asks(
    ask: Ask, storage: None, fields: dict[str, str], error: str
) -> None:
    with pytest.raises(TokenError) as refusal:
        ask(given.client(**fields), None)
    assert refusal.value.error == error


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "nonsense"])
def test_a_wrong_hint_changes_nothing(ask: Ask, granted: Grant, hint: str) -> None:
    assert ask(granted.client, given.access_token(granted), token_type_hint=hint)["active"]


def test_asking_changes_nothing(ask: Ask, granted: Grant) -> None:
    token = given.refresh_token(granted)
    before = [row.__data__ for table in (AccessToken, Grant) for row in table.select()]
    ask(granted.client, token)
    assert [row.__data__ for table in (AccessToken, Grant) for row in table.select()] == before


def test_a_service_is_never_told_like_the_person_who_is_called_like_it(ask: Ask, storage: None, clock: Clock) -> None:
    """RFC 9700 4.15."""
    indexer = given.client("indexer", grant_types=["client_credentials"])
    of_service = opaque.handle(Kind.ACCESS_TOKEN)
    access_tokens.add(
        opaque.digest(of_service),
        grants.add_for_client(indexer, ["api"], "attempt", clock.now, clock.now + 60),
        clock.now + 60,
    )
    of_person = given.access_token(given.grant(given.user("indexer"), given.client("films")))
    by_name = given.client("gate", introspects_all=True, subject_source="username")
    assert ask(by_name, of_person)["sub"] == "indexer" and ask(by_name, of_person)["client_id"] == "films"
    service = ask(by_name, of_service)
    assert service["active"] and service["client_id"] == "indexer" and not service.keys() & {"sub", "username"}
    by_number = given.client("door", introspects_all=True)
    assert ask(by_number, of_service)["sub"] == "indexer" != ask(by_number, of_person)["sub"]
