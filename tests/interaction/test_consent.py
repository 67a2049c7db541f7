"""The step in which the person allows an application to read what it asks for."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from idp import activity
from idp.errors import Refused
from idp.interaction import consent
from idp.interaction.facts import Interaction
from idp.interaction.request import AuthorizationRequest
from idp.storage import clients, consents, database, interactions
from idp.storage.models import Client
from tests import given
from tests.conftest import Clock


@pytest.fixture
def asked(storage: None, clock: Clock) -> Interaction:
    """Ada, at an application that she doesn't know yet."""
    session, _ = given.session(given.user("ada"))
    client = given.client()
    request = AuthorizationRequest(given.REDIRECT_URI, "query", None, ("openid", "email"), userinfo_claims=("name",))
    interactions.keep("this", session, client, request.to_json(), "attempt", clock.now)
    return Interaction("this", client, request, session, "attempt", clock.now, is_kept=True)


def test_a_yes_is_remembered_for_good(asked: Interaction, clock: Clock) -> None:
    assert not consent.satisfied(asked)
    consent.submit(asked, {"decision": "allow"}, clock.now)
    assert consent.satisfied(asked)
    assert asked.covered_by_consent()
    row = list(activity.rows(user="ada"))[-1]
    assert (row.event, row.detail) == ("consent.given", {"scopes": ["openid", "email"], "claims": ["name"]})


def test_a_no_is_for_this_time_only(asked: Interaction, clock: Clock) -> None:
    consent.submit(asked, {"decision": "deny"}, clock.now)
    assert asked.answers == {"declined": "consent"}
    assert not asked.covered_by_consent()
    assert [row.event for row in activity.rows(user="ada")] == ["consent.refused"]


@pytest.mark.parametrize("form", [{}, {"decision": ""}, {"decision": "ALLOW"}, {"consent": "allow"}])
def test_anything_but_a_button_is_no_yes(asked: Interaction, clock: Clock, form: dict[str, str]) -> None:
    with pytest.raises(Refused):
        consent.submit(asked, form, clock.now)
    assert not consent.satisfied(asked)


@pytest.fixture
def self_registered(asked: Interaction) -> Interaction:
    """The same, at an application that registered itself."""
    assert asked.client is not None
    Client.update(registered_by="Tests").where(Client.id == asked.client.id).execute()
    asked.client = Client.get_by_id(asked.client.id)
    return asked


@pytest.mark.parametrize("change", [{"redirect_uris": ["https://evil.example/cb"]}, {"name": "Bank"}, {"scopes": ["openid"]},
                                    {"logo_uri": "https://evil.example/x.png"}], ids=str)  # fmt: skip
@pytest.mark.parametrize("read", ["before", "after"])
def test_a_yes_to_what_an_application_was_before_it_changed_itself_is_not_remembered(
    self_registered: Interaction, clock: Clock, change: dict[str, Any], read: str
) -> None:
    assert self_registered.client is not None
    shown = consent.offers(self_registered)["shown"]
    Client.update(**change).where(Client.id == self_registered.client.id).execute()
    if read == "after":
        self_registered.client = Client.get_by_id(self_registered.client.id)
    with pytest.raises(Refused) as refusal:
        consent.submit(self_registered, {"decision": "allow", "shown": shown}, clock.now)
    assert refusal.value.reason == "application_changed"
    assert not self_registered.covered_by_consent()
    assert not consent.satisfied(self_registered)
    consent.submit(self_registered, {"decision": "deny", "shown": shown}, clock.now)


@pytest.mark.parametrize("round", range(5))
def test_a_yes_at_the_instant_an_application_changes_itself_is_not_remembered(
    self_registered: Interaction, clock: Clock, round: int
) -> None:
    client, barrier = self_registered.client, Barrier(2)
    assert client is not None
    shown = consent.offers(self_registered)["shown"]

    def change() -> None:
        barrier.wait(30)
        with database.transaction(durable=True):
            clients.alone(client)
            clients.update(client, redirect_uris=["https://evil.example/cb"])
            consents.forget_all(client)
        database.close()

    with ThreadPoolExecutor(1) as pool:
        changed = pool.submit(change)
        barrier.wait(30)
        with contextlib.suppress(Refused):
            consent.submit(self_registered, {"decision": "allow", "shown": shown}, clock.now)
        changed.result()
    assert not self_registered.covered_by_consent()


def test_a_yes_to_what_an_application_that_registered_itself_still_is_counts(
    self_registered: Interaction, clock: Clock
) -> None:
    assert self_registered.client is not None
    shown = consent.offers(self_registered)["shown"]
    clients.note_use(self_registered.client, clock.now)
    Client.update(checked_at=clock.now).where(Client.id == self_registered.client.id).execute()
    consent.submit(self_registered, {"decision": "allow", "shown": shown}, clock.now)
    assert self_registered.covered_by_consent()


@pytest.mark.parametrize(
    ("redirect_uri", "shown"),
    [("https://app.example.org/cb", "app.example.org"), ("http://nas.lan:5055/cb", "nas.lan:5055"),
     ("app.immich:///oauth-callback", "app.immich"),
     ("kitchenowl:/signin", "kitchenowl")],
)  # fmt: skip
def test_the_page_says_where_the_browser_goes_next(redirect_uri: str, shown: str) -> None:
    request = AuthorizationRequest(redirect_uri, "query", None, ("openid",))
    assert shown in str(consent.offers(Interaction("id", None, request, None, "attempt", 0))["destination"])


def test_an_app_on_this_device_can_not_call_itself_a_site(storage: None) -> None:
    request = AuthorizationRequest("com.example.app://accounts.google.com/cb", "query", None, ("openid",))
    told = consent.offers(Interaction("id", None, request, None, "attempt", 0))["destination"]
    assert told == "an app on this device (com.example.app)"
