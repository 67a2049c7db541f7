"""The step in which the person allows an application to read what it asks for."""

from __future__ import annotations

import pytest

from idp import activity
from idp.errors import Refused
from idp.interaction import consent
from idp.interaction.facts import Interaction
from idp.interaction.request import AuthorizationRequest
from idp.storage import interactions
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
