"""Tokens for an application on its own behalf."""

from __future__ import annotations

from typing import Any

import pytest

from idp import activity
from idp.errors import TokenError
from idp.oidc import introspection, jwt, revocation, userinfo
from idp.oidc.client_call import ClientCall
from idp.oidc.grants import client_credentials
from idp.oidc.keys import KeySet
from idp.storage import purge
from idp.storage.models import AccessToken, Client, Grant, RefreshToken
from tests import given
from tests.conftest import Clock


@pytest.fixture
def service(storage: None, clock: Clock) -> Client:
    return given.client("indexer", grant_types=["client_credentials"], scopes=["media.read", "media.write"])


class Call:
    """Makes calls as the service."""

    def __init__(self, client: Client, keys: KeySet, clock: Clock) -> None:
        self._client, self._keys, self._clock = client, keys, clock

    def __call__(self, endpoint: Any = client_credentials, **form: str) -> dict[str, Any]:
        client = Client.get_by_id(self._client.id)
        made = ClientCall(client, form, "http://localhost:8000", self._keys, self._clock.now, "192.0.2.1")
        answer: dict[str, Any] = endpoint.respond(made)
        return answer


@pytest.fixture
def call(service: Client, key_set: KeySet, clock: Clock) -> Call:
    return Call(service, key_set, clock)


def test_a_service_gets_an_access_token_and_nothing_else(call: Call, clock: Clock) -> None:
    answer = call()
    assert answer == {
        "access_token": answer["access_token"], "token_type": "Bearer", "expires_in": 3_600,
        "scope": "media.read media.write",
    }  # fmt: skip
    assert call(introspection, token=answer["access_token"]) == {
        "active": True, "iss": "http://localhost:8000", "client_id": "indexer", "sub": "indexer", "aud": "indexer",
        "scope": "media.read media.write", "token_type": "Bearer", "iat": clock.now, "exp": clock.now + 3_600,
    }  # fmt: skip
    assert RefreshToken.select().count() == 0
    ((row),) = activity.rows()
    assert (row.event, row.client_id, row.username) == ("token.issued", "indexer", None)


def test_it_may_ask_for_less_and_for_nothing_else(call: Call) -> None:
    assert call(scope="media.write")["scope"] == "media.write"
    for scope in ("media.delete", "media.read openid", "openid", "profile"):
        with pytest.raises(TokenError) as refusal:
            call(scope=scope)
        assert refusal.value.error == "invalid_scope"


def test_the_scopes_that_are_about_people_are_never_its_own(call: Call, service: Client) -> None:
    Client.update(scopes=["openid", "profile", "media.read"]).execute()
    assert call()["scope"] == "media.read"
    Client.update(scopes=["openid"]).execute()
    assert "scope" not in call()


def test_its_token_opens_nothing_about_anybody(call: Call, clock: Clock) -> None:
    given.user()
    with pytest.raises(Exception, match="invalid_token"):
        userinfo.claims_for(call()["access_token"], clock.now)[1]


def test_a_jwt_names_the_service_as_its_subject(call: Call) -> None:
    Client.update(access_token_format="jwt").execute()
    token = call()["access_token"]
    assert jwt.take_apart(token).claims["sub"] == "indexer"
    assert call(introspection, token=token)["active"]


def test_its_token_can_be_revoked_and_ends_with_the_service(call: Call, clock: Clock) -> None:
    revoked, other = call()["access_token"], call()["access_token"]
    call(revocation, token=revoked)
    assert call(introspection, token=revoked) == {"active": False}
    assert call(introspection, token=other)["active"]
    Client.update(disabled_at=clock.now).execute()
    assert call(introspection, token=other) == {"active": False}


def test_what_it_got_goes_when_it_has_expired(call: Call, clock: Clock) -> None:
    call()
    clock.forward(3_599)
    purge.purge(clock.now)
    assert (Grant.select().count(), AccessToken.select().count()) == (1, 1)
    purge.purge(clock.forward(1))
    assert (Grant.select().count(), AccessToken.select().count()) == (0, 0)


def test_each_token_is_another_one_and_nothing_readable_is_stored(call: Call) -> None:
    made = {call()["access_token"] for _ in range(5)}
    assert len(made) == 5
    stored = str([row.__data__ for table in (AccessToken, Grant) for row in table.select()])
    assert not any(token in stored for token in made)
