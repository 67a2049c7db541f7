"""A client's change of its own registration happens as a whole or not at all (RFC 7592 2.2)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from idp import activity, opaque
from idp.errors import BearerError, TokenError
from idp.oidc import client_name, dynamic_registration, registration
from idp.oidc.client_authentication import authenticate
from idp.storage import clients, consents
from idp.storage.database import transaction
from idp.storage.models import Client
from tests import given
from tests.given import REDIRECT_URI
from tests.signer import Signer

TOKEN = "ra_of-the-app"


def registered(**fields: Any) -> Client:
    row = given.client(
        registered_by="Tests", registration_token_digest=opaque.digest(TOKEN), skip_consent=True, **fields
    )
    return dynamic_registration.find(row.client_id, TOKEN)


def put(client: Client, **members: Any) -> dict[str, Any]:
    body = {"client_id": client.client_id, "redirect_uris": [REDIRECT_URI], **members}
    return dynamic_registration.replace(client, TOKEN, json.dumps(body).encode(), issuer="https://id.example.org")


def test_who_goes_over_from_keys_to_a_secret_is_told_one_that_is_good(storage: None) -> None:
    client = registered(auth_method="private_key_jwt", jwks=Signer().jwks)
    secret = put(client, token_endpoint_auth_method="client_secret_post")["client_secret"]
    assert authenticate(None, {"client_id": "app", "client_secret": secret}) == client
    assert "client_secret" not in put(client, token_endpoint_auth_method="client_secret_post", contacts=["Ada"])


def test_whoever_stops_before_the_secret_is_made_leaves_the_client_with_its_keys(
    storage: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = registered(auth_method="private_key_jwt", jwks=Signer().jwks)
    ada = given.user()
    with transaction(durable=True):
        consents.keep(ada, client, ["openid"], [], 1)
    record = activity.record

    def until_the_disk_is_full(event: str, **detail: Any) -> None:
        if event == "client.secret_rotated":
            raise OSError
        record(event, **detail)

    monkeypatch.setattr(activity, "record", until_the_disk_is_full)
    with pytest.raises(OSError):
        put(client, token_endpoint_auth_method="client_secret_post")
    assert Client.get_by_id(client.id).__data__ == client.__data__
    assert consents.covers(ada, client, ["openid"], [])


def first(monkeypatch: pytest.MonkeyPatch, deed: Any) -> None:
    """Let somebody else do something at the last moment before the change is written."""

    @contextmanager
    def later(*, durable: bool = False) -> Iterator[None]:
        if durable:
            monkeypatch.setattr(dynamic_registration, "transaction", transaction)
            deed()
        with transaction(durable=durable):
            yield

    monkeypatch.setattr(dynamic_registration, "transaction", later)


def test_an_administrator_who_takes_over_at_the_last_moment_has_the_last_word(
    storage: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = registered()
    first(monkeypatch, lambda: dynamic_registration.let_go(client))
    with pytest.raises(BearerError):
        put(client, contacts=["Eve"])
    assert Client.get_by_id(client.id).contacts == []


@pytest.mark.parametrize("deed", [registration.delete, lambda client: registration.switch(client, on=False)])
def test_who_is_deleted_or_switched_off_at_the_last_moment_changes_nothing(
    storage: None, monkeypatch: pytest.MonkeyPatch, deed: Any
) -> None:
    client = registered()
    first(monkeypatch, lambda: deed(client))
    with pytest.raises(BearerError):
        put(client, contacts=["Eve"])
    found = clients.by_id("app")
    assert found is None or found.contacts == []


def test_what_an_administrator_sets_at_the_last_moment_is_not_contradicted(
    storage: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what clients can't say themselves."""
    client = registered()
    first(monkeypatch, lambda: Client.update(subject_source="username").where(Client.id == client.id).execute())
    with pytest.raises(TokenError, match="Pairwise"):
        put(client, subject_type="pairwise")
    assert Client.get_by_id(client.id).subject_type == "public"


def test_a_name_that_others_take_again_and_again_comes_with_letters_in_the_end(
    storage: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, free = registered(), client_name.free
    proposed: list[str] = []

    def free_until_others_take_it(*wish: Any, **how: Any) -> str:
        proposed.append(free(*wish, **how))
        if len(proposed) < 4:
            given.client(f"other-{len(proposed)}", name=proposed[-1], registered_by="Tests")
        return proposed[-1]

    monkeypatch.setattr(client_name, "free", free_until_others_take_it)
    name = put(client, client_name="Bank")["client_name"]
    assert proposed == ["Bank", "Bank 2", "Bank 3", name]
    assert re.fullmatch("Bank [A-Z2-7]{8}", name)
