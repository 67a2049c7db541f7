"""What a mapping of clients must do, whether it is a dict or our table: the same cases for both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

Clients = Mapping[str, Mapping[str, Any]]
REDIRECT_URIS = {"one": ["https://one.example.org/cb"], "two": ["https://two.example.org/cb", "app:/cb"]}


class MappingContract:
    """Subclasses offer the fixture `clients`: a mapping with the clients of REDIRECT_URIS and no others."""

    def test_a_known_client_is_found(self, clients: Clients) -> None:
        for client_id, uris in REDIRECT_URIS.items():
            assert clients[client_id]["redirect_uris"] == uris
            assert client_id in clients
            assert clients.get(client_id) == clients[client_id]

    @pytest.mark.parametrize("client_id", ["three", "", "One", "one ", " one", "on", "one\0", "%", "'", "*", "ä"])
    def test_an_unknown_one_is_not(self, clients: Clients, client_id: str) -> None:
        assert client_id not in clients
        assert clients.get(client_id) is None
        assert clients.get(client_id, {}) == {}
        with pytest.raises(KeyError):
            clients[client_id]

    def test_all_of_them_are_counted_and_walked_over(self, clients: Clients) -> None:
        assert len(clients) == 2
        assert sorted(clients) == sorted(clients.keys()) == ["one", "two"]
        assert {client_id: client["redirect_uris"] for client_id, client in clients.items()} == REDIRECT_URIS
        assert len(list(clients.values())) == 2
        assert bool(clients)

    def test_what_is_read_is_nobody_elses(self, clients: Clients) -> None:
        first, second = clients["one"], clients["one"]
        assert first == second

    def test_it_cannot_be_written_to_through_the_interface(self, clients: Clients) -> None:
        change: Callable[..., None] | None = getattr(type(clients), "__setitem__", None)
        assert change is None or isinstance(clients, dict)

    def test_two_with_the_same_content_are_equal(self, clients: Clients) -> None:
        assert clients == {client_id: clients[client_id] for client_id in REDIRECT_URIS}
