"""Web origins of clients."""

from __future__ import annotations

import pytest

from idp.oidc import origins
from tests import given


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://app.example/cb?x=y", "https://app.example"), ("https://app.example", "https://app.example"),
        ("https://APP.example:443/cb", "https://app.example"), ("http://app.example:80/", "http://app.example"),
        ("https://app.example:80/", "https://app.example:80"), ("http://localhost:5173/cb", "http://localhost:5173"),
        ("http://[::1]:5173/cb", "http://[::1]:5173"), ("app.immich:///oauth-callback", None),
        ("audiobookshelf://oauth", None), ("https://[", None), ("https://a:99999/", None), ("https://a:x/", None),
        ("https:///cb", None), ("/pictures/x.png", None), ("", None),
    ],
)  # fmt: skip
def test_an_address_has_the_origin_that_browsers_send(address: str, origin: str | None) -> None:
    assert origins.of(address) == origin


URIS = ["https://My_App.example/cb", "http://[::1]:5173/cb", "app.immich:///x"]


@pytest.mark.parametrize("origin", ["https://my_app.example", "http://[::1]:5173"])
def test_an_origin_is_found_with_whom_it_belongs_to(storage: None, origin: str) -> None:
    client = given.client(redirect_uris=URIS)
    given.client("other")
    assert origins.is_of(client, origin)
    assert origins.is_of_anybody(origin)


@pytest.mark.parametrize(
    "origin",
    ["https://myxapp.example", "https://my_app.example:8443", "http://my_app.example", "https://my_app", "https://my_app.example/",
     "https://example", "https://%", "https://_", "null", "", "app.immich://", "https://[::1]:5173", "https://[%]",
     "https://my_app.example\n", "HTTPS://my_app.example", "\ud800", "https://my_app.example.evil.example"],
)  # fmt: skip
def test_what_only_looks_like_it_is_nobodys(storage: None, origin: str) -> None:
    client = given.client(redirect_uris=URIS)
    assert not origins.is_of(client, origin)
    assert not origins.is_of_anybody(origin)


def test_a_client_that_is_switched_off_has_no_page(storage: None) -> None:
    given.client(redirect_uris=URIS, disabled_at=1)
    assert not origins.is_of_anybody("https://my_app.example")
