"""What a relying party finds published at the very moment its client has been registered."""

from typing import Any

import pytest
import requests

REDIRECT_URI = "http://localhost:9999/callback"


def published(issuer: str) -> tuple[set[str], set[str]]:
    """The algorithms that discovery announces, and those that a published key is for."""

    def read(path: str) -> dict[str, Any]:
        # A connection each, so that every process of the server is asked sooner or later.
        return dict(requests.get(f"{issuer}{path}", timeout=10).json())

    announced = read("/.well-known/openid-configuration")["id_token_signing_alg_values_supported"]
    return set(announced), {key["alg"] for key in read("/jwks")["keys"]}


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA"])
def test_the_first_client_of_an_algorithm_finds_its_key_published_at_once(idp_server, algorithm) -> None:
    server = idp_server()
    for _ in range(20):
        published(server.issuer)  # every process has read its keys
    command = ("client", "add", "first", "--redirect-uri", REDIRECT_URI)
    server.idp(*command, "--id-token-alg", algorithm)
    for _ in range(20):
        announced, keys = published(server.issuer)
        assert algorithm in announced
        assert algorithm in keys
