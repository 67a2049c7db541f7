"""A preset for an application that is there already."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from idp.oidc import client_metadata
from idp.storage.models import Client
from tests import given
from tests.web.conftest import Visitor

JELLYFIN = {"preset": "jellyfin-sso", "app_url": "https://films.example.org"}


def page(client_id: str, **query: str) -> str:
    return f"/admin/applications/{client_id}/preset?{urlencode(query)}"


def test_what_would_change_is_shown_before_anything_does(root: Visitor) -> None:
    client = given.client("films", name="Films", scopes=["openid"])
    before = client_metadata.as_registered(Client.get_by_id(client.id))
    shown = root.get(page("films", **JELLYFIN)).text
    assert (
        "What would change" in shown
        and "https://films.example.org/sso/OID/redirect/" in shown
        and "Until now:" in shown
    )
    assert client_metadata.as_registered(Client.get_by_id(client.id)) == before


def test_it_is_applied_and_addresses_stay_and_the_second_time_finds_nothing(root: Visitor) -> None:
    given.client("films", name="Films", scopes=["openid"])
    assert root.post(page("films", **JELLYFIN)).location == "/admin/applications/films/sheet"
    client = Client.get(Client.client_id == "films")
    assert (client.preset, client.app_url, client.name) == ("jellyfin-sso", "https://films.example.org", "Films")
    assert client.redirect_uris[0] == given.REDIRECT_URI and len(client.redirect_uris) > 1
    assert "groups" in client.scopes
    assert "has these settings already" in root.get(page("films", **JELLYFIN)).text


@pytest.mark.parametrize(
    ("query", "said"),
    [({"preset": "nothing"}, "Choose an application"), ({"preset": "jellyfin-sso"}, "Enter the address"),
     ({"preset": "jellyfin-sso", "app_url": "javascript:alert(1)"}, "app_url"), ({"preset": "../../etc"}, "Choose an application")],
)  # fmt: skip
def test_what_can_not_be_applied_is_said_and_changes_nothing(root: Visitor, query: dict[str, str], said: str) -> None:
    given.client("films", name="Films")
    answer = root.get(page("films", **query))
    assert answer.status_code == 400 and said in answer.text
    assert root.post(page("films", **query), form="/admin/settings").status_code == 400
    assert Client.get(Client.client_id == "films").preset is None


def test_one_with_a_secret_does_not_become_one_without(root: Visitor) -> None:
    given.client("films", name="Films")
    answer = root.get(page("films", preset="generic-spa", app_url="https://films.example.org"))
    assert answer.status_code == 400 and "public" in answer.text


def test_the_name_of_an_application_is_inert(root: Visitor) -> None:
    given.client("films", name="<img src=x onerror=alert(1)>")
    for path in (
        "/admin/applications/films/preset",
        "/admin/applications/films/logo",
        "/admin/applications/films/logo/remove",
    ):
        assert "<img src=x" not in root.get(path).text
