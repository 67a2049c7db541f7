"""What is done to a client that somebody else has changed or deleted since it was looked up."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from idp import activity
from idp.errors import BearerError, Invalid
from idp.oidc import checked_registration, client_logo, dynamic_registration, outgoing, registration
from idp.oidc.client_authentication import authenticate
from idp.storage import clients
from idp.storage.models import Client
from tests import given
from tests.given import REDIRECT_URI
from tests.signer import Signer


def events() -> list[str]:
    return [row.event for row in activity.rows()]


def of_two_administrators(first: dict[str, Any], then: dict[str, Any], **fields: Any) -> dict[str, str]:
    """What the second of them is told, who has looked at the client before the first changed it."""
    client = given.client(**fields)
    registration.change(client, **first)
    with pytest.raises(Invalid) as invalid:
        registration.change(client, **then)
    now = clients.by_id("app")
    assert now is not None and all(getattr(now, field) == value for field, value in first.items())
    return dict(invalid.value.problems)


@pytest.mark.parametrize(
    ("first", "then", "field"),
    [
        ({"frontchannel_logout_uri": "https://app.example.org/out"}, {"redirect_uris": ["https://other.example.org/cb"]},
         "frontchannel_logout_uri"),
        ({"redirect_uris": ["https://other.example.org/cb"]}, {"frontchannel_logout_uri": "https://app.example.org/out"},
         "frontchannel_logout_uri"),
        ({"jwks_uri": "https://app.example.org/keys"}, {"jwks": Signer().jwks}, "jwks_uri"),
        ({"grant_types": ["client_credentials"], "scopes": ["api"]}, {"grant_types": ["authorization_code"]}, "scopes"),
        ({"subject_source": "username"}, {"grant_types": ["authorization_code", "client_credentials"]}, "subject_source"),
    ],
    ids=["out and back", "back and out", "keys", "grant and scopes", "subject"],
)  # fmt: skip
def test_two_administrators_do_not_reach_together_what_one_could_not(
    storage: None, first: dict[str, Any], then: dict[str, Any], field: str
) -> None:
    assert of_two_administrators(first, then).keys() == {field}


def test_who_sets_a_secret_method_meanwhile_leaves_no_client_that_can_not_prove_itself(storage: None) -> None:
    client = given.client()
    registration.change(client, auth_method="private_key_jwt", jwks=Signer().jwks)
    registration.change(client, auth_method="client_secret_post")
    secret = registration.rotate_secret(client)
    assert authenticate(None, {"client_id": "app", "client_secret": secret}) == client


def test_a_sector_that_was_asked_about_other_addresses_is_not_taken(
    storage: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list was read for the addresses of before, and nobody asks the network inside a transaction."""
    client, uri = given.client(), "https://sector.example/uris.json"

    def meanwhile(uri: str) -> bytes:
        Client.update(redirect_uris=["https://evil.example/cb"]).where(Client.id == client.id).execute()
        return json.dumps([REDIRECT_URI]).encode()

    monkeypatch.setattr(outgoing, "get", meanwhile)
    with pytest.raises(Invalid, match="just been changed"):
        registration.change(client, sector_identifier_uri=uri)
    now = clients.by_id("app")
    assert now is not None and now.sector_identifier_uri is None


DEEDS: dict[str, Callable[[Client], object]] = {
    "change": lambda client: registration.change(client, name="Other"),
    "switch off": lambda client: registration.switch(client, on=False),
    "switch on": lambda client: registration.switch(client, on=True),
    "new secret": lambda client: registration.rotate_secret(client),
    "only the newest secret": lambda client: registration.forget_earlier_secrets(client),
    "delete": lambda client: registration.delete(client),
    "check": lambda client: checked_registration.confirm(client, checked_registration.fingerprint(client)),
    "take over": lambda client: dynamic_registration.let_go(client),
    "no logo": lambda client: client_logo.remove(client),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_is_done_to_a_client_that_has_just_been_deleted_nor_written_down(storage: None, deed: str) -> None:
    client = given.client(registered_by="Tests", registration_token_digest="x")
    registration.delete(client)
    before = events()
    with pytest.raises(Invalid, match="The app has just been deleted"):
        DEEDS[deed](client)
    assert events() == before


def test_a_client_that_deletes_itself_twice_is_unknown_the_second_time(storage: None) -> None:
    client = given.client(registered_by="Tests", registration_token_digest="x")
    dynamic_registration.delete(client)
    with pytest.raises(BearerError):
        dynamic_registration.delete(client)
    assert events().count("client.deleted") == 1
