"""The built-in application is there when it is needed, as it has to be, whatever has happened to its row."""

from __future__ import annotations

import pytest

from idp import opaque
from idp.errors import Invalid
from idp.oidc import registration
from idp.storage import clients
from idp.storage.models import Client
from idp.trial import application
from tests import given

ISSUER = "https://id.example.org"


def test_it_is_made_once_and_stays(storage: None) -> None:
    first, second = application.ready(ISSUER), application.ready(ISSUER)
    assert first.id == second.id and first.is_built_in
    assert first.redirect_uris == [f"{ISSUER}/admin/try/callback"]
    assert first.secret_digest == opaque.digest(application.client_secret())
    assert clients.all_clients() == [] and clients.page().rows == []


def test_what_is_wrong_with_it_is_set_right(storage: None) -> None:
    application.ready("https://before.example.org")
    Client.update(secret_digest="another", disabled_at=1, scopes=["openid"], require_pkce=False).execute()
    application.ready(ISSUER)
    client = Client.get()
    assert client.redirect_uris == [f"{ISSUER}/admin/try/callback"] and client.disabled_at is None
    assert client.secret_digest == opaque.digest(application.client_secret())
    assert client.scopes == list(application.OFFERED_SCOPES) and client.require_pkce


def test_a_name_that_somebody_has_taken_is_left_to_them(storage: None) -> None:
    given.client("theirs", name=application.NAME)
    assert application.ready(ISSUER).name.startswith(f"{application.NAME} (")


def test_no_door_changes_it(storage: None) -> None:
    client = application.ready(ISSUER)
    for change in (
        lambda: registration.change(client, name="Mine"), lambda: registration.switch(client, on=False),
        lambda: registration.rotate_secret(client), lambda: registration.delete(client),
    ):  # fmt: skip
        with pytest.raises(Invalid, match="part of this provider"):
            change()


def test_verifier_and_nonce_follow_from_the_state_and_a_key(storage: None) -> None:
    handles = application.new_handles()
    assert application.handles_of(handles.state) == handles
    other = application.handles_of(handles.state + "x")
    assert len({handles.code_verifier, handles.nonce, other.code_verifier, other.nonce}) == 4
