"""Revocation without HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from idp import activity, opaque
from idp.errors import TokenError
from idp.oidc import revocation, tokens
from idp.oidc.client_call import ClientCall
from idp.oidc.keys import KeySet
from idp.storage import access_tokens, refresh_tokens
from idp.storage.models import Client, Grant
from tests import given
from tests.conftest import Clock

ISSUER = "http://localhost:8000"


@pytest.fixture
def granted(storage: None, clock: Clock) -> Grant:
    return given.grant(given.user("ada"), given.client(), scopes=["openid", "offline_access"])


class Revoke:
    """Calls the endpoint as a client."""

    def __init__(self, keys: KeySet, clock: Clock) -> None:
        self._keys, self._clock = keys, clock

    def __call__(self, client: Client, token: str | None, **more: str) -> dict[str, Any]:
        form = {"token": token, **more}
        sent = {name: value for name, value in form.items() if value is not None}
        return revocation.respond(ClientCall(client, sent, ISSUER, self._keys, self._clock.now, "192.0.2.1"))

    def refused(self, client: Client, token: str | None) -> TokenError:
        with pytest.raises(TokenError) as refusal:
            self(client, token)
        return refusal.value


@pytest.fixture
def revoke(key_set: KeySet, clock: Clock) -> Revoke:
    return Revoke(key_set, clock)


def events() -> list[str]:
    rows = list(activity.rows())
    assert {row.username for row in rows} <= {"ada"}, "whose it was is written down"
    return [row.event for row in rows]


def test_an_access_token_ends_alone(revoke: Revoke, granted: Grant, clock: Clock) -> None:
    one, other, refresh = given.access_token(granted), given.access_token(granted), given.refresh_token(granted)
    assert revoke(granted.client, one) == {}
    assert access_tokens.find_alive_of_person(opaque.digest(one), clock.now) is None
    assert access_tokens.find_alive_of_person(opaque.digest(other), clock.now) is not None
    assert refresh_tokens.use(opaque.digest(refresh), clock.now)
    assert events() == ["token.revoked"]


def test_a_refresh_token_ends_with_all_that_came_of_its_grant(revoke: Revoke, granted: Grant, clock: Clock) -> None:
    access, refresh = given.access_token(granted), given.refresh_token(granted)
    assert revoke(granted.client, refresh) == {}
    assert access_tokens.find_alive_of_person(opaque.digest(access), clock.now) is None
    assert not refresh_tokens.use(opaque.digest(refresh), clock.now)
    assert events() == ["grant.revoked"]


def test_a_used_refresh_token_ends_them_too(revoke: Revoke, granted: Grant, clock: Clock) -> None:
    refresh = given.refresh_token(granted)
    refresh_tokens.use(opaque.digest(refresh), clock.now)
    revoke(granted.client, refresh)
    assert Grant.get_by_id(granted.id).revoked_at == clock.now


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "nonsense"])
def test_a_wrong_hint_changes_nothing(revoke: Revoke, granted: Grant, clock: Clock, hint: str) -> None:
    token = given.access_token(granted)
    revoke(granted.client, token, token_type_hint=hint)
    assert access_tokens.find_alive_of_person(opaque.digest(token), clock.now) is None


@pytest.mark.parametrize("token", ["rt_x", "at_x", "ac_x", "x", "a.b.c", "x" * 60_000, "\ud800", "\0"])
def test_an_unknown_token_is_no_mistake(revoke: Revoke, granted: Grant, token: str) -> None:
    assert revoke(granted.client, token) == {}
    assert events() == []


def test_revoking_twice_counts_once(revoke: Revoke, granted: Grant) -> None:
    for token in (given.access_token(granted), given.refresh_token(granted)):
        assert revoke(granted.client, token) == revoke(granted.client, token) == {}
    assert events() == ["token.revoked", "grant.revoked"]


def test_the_token_of_another_client_stays(revoke: Revoke, granted: Grant, clock: Clock) -> None:
    access, refresh = given.access_token(granted), given.refresh_token(granted)
    other = given.client("other")
    for token in (access, refresh):
        assert revoke.refused(other, token).error == "invalid_grant"
    assert access_tokens.find_alive(opaque.digest(access), clock.now) is not None


def test_a_missing_token_is_a_mistake(revoke: Revoke, granted: Grant) -> None:
    assert revoke.refused(granted.client, None).error == "invalid_request"


def test_an_id_token_can_not_be_revoked(revoke: Revoke, granted: Grant, key_set: KeySet, clock: Clock) -> None:
    id_token = tokens.id_token(
        issuer=ISSUER, keys=key_set, client=granted.client, user=granted.user, grant=granted, scopes=granted.scopes,
        nonce=None, access_token="at_x", now=clock.now,
    )  # fmt: skip
    assert revoke.refused(granted.client, id_token).error == "unsupported_token_type"
    assert revoke(granted.client, id_token[:-8] + "AAAAAAAA") == {}, "a forged one is just unknown"
