"""Which pages of applications sign people out in their browser, and how they are asked (Front-Channel Logout 2, 3)."""

from __future__ import annotations

import pytest

from idp.errors import Invalid
from idp.oidc import client_metadata, front_channel, registration
from idp.storage.models import Client
from tests import given
from tests.oidc.test_redirect_uris import BAD

REDIRECTS = ["https://app.example.org/callback", "http://nas.lan:5055/cb", "app.immich:///oauth-callback"]


@pytest.mark.parametrize("uri", [
    "https://app.example.org/out", "https://app.example.org/out?tenant=1", "HTTPS://APP.example.org/out", "http://nas.lan:5055",
    "https://app.example.org:443/out",
])  # fmt: skip
def test_a_page_beside_a_redirect_uri_may_sign_people_out(uri: str) -> None:
    assert front_channel.problem(uri, REDIRECTS) is None


def test_the_port_that_everybody_means_may_be_said_or_left_out() -> None:
    assert front_channel.problem("https://app.example.org/out", ["https://app.example.org:443/callback"]) is None
    assert front_channel.problem("http://nas.lan:80/out", ["http://nas.lan/cb"]) is None
    assert front_channel.problem("http://nas.lan:443/out", ["https://nas.lan/cb"]) is not None


@pytest.mark.parametrize("uri", [
    "https://other.example.org/out", "https://app.example.org:8443/out", "http://app.example.org/out", "https://nas.lan:5055/",
    "app.immich:///out", "https://app.example.org.evil.example/", "https://app.example.org@evil.example/", *BAD.values(),
])  # fmt: skip
def test_anything_else_is_refused_in_a_sentence(uri: str) -> None:
    assert " " in str(front_channel.problem(uri, REDIRECTS))


def test_130_each_frame_carries_issuer_and_session_behind_its_own_query() -> None:
    """OP-CHECKLIST items 129 and 130."""
    clients = [
        Client(frontchannel_logout_uri=uri)
        for uri in (None, "https://a.example/out", "https://b.example/out?x=y&z=%26", "https://c.example/?")
    ]
    more = "iss=http%3A%2F%2Flocalhost%3A8000&sid=a%2Bb"
    assert front_channel.frames(clients, issuer="http://localhost:8000", sid="a+b") == [
        f"https://a.example/out?{more}", f"https://b.example/out?x=y&z=%26&{more}", f"https://c.example/?{more}",
    ]  # fmt: skip


def test_redirect_uris_do_not_move_away_from_the_page(storage: None) -> None:
    client = given.client(frontchannel_logout_uri="https://app.example.org/out")
    with pytest.raises(Invalid) as refused:
        registration.change(client, redirect_uris=["https://new.example.org/callback"])
    assert refused.value.problems.keys() == {"frontchannel_logout_uri"}
    registration.change(
        client,
        redirect_uris=["https://new.example.org/callback"],
        frontchannel_logout_uri="https://new.example.org/out",
    )


def test_the_metadata_names_it_as_the_standard_does(storage: None) -> None:
    client = given.client(
        frontchannel_logout_uri="https://app.example.org/out", frontchannel_logout_session_required=True
    )
    found = client_metadata.as_registered(client)
    assert found["frontchannel_logout_uri"] == "https://app.example.org/out"
    assert found["frontchannel_logout_session_required"] is True
    assert "frontchannel_logout_uri" not in client_metadata.as_registered(given.client("other"))
