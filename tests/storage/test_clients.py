"""Looking up clients."""

from __future__ import annotations

import pytest

from idp.storage import clients
from tests import given


def test_clients_are_found_by_id_and_by_name_and_listed_by_name(storage: None) -> None:
    late, early = given.client("app", name="Zebra"), given.client("other", name="Ant")
    assert clients.by_id("app") == clients.by_name("Zebra") == late
    assert clients.all_clients() == [early, late]


def test_a_disabled_client_is_still_found(storage: None) -> None:
    assert clients.by_id(given.client(disabled_at=1).client_id) is not None


@pytest.mark.parametrize("client_id", ["", "App", "app ", "%", "a" * 10_000, "app\0", "\0"])
def test_no_client_is_found_by_an_id_that_only_looks_like_its_own(storage: None, client_id: str) -> None:
    given.client()
    assert clients.by_id(client_id) is None
