"""What may be registered about a client's keys: OP-CHECKLIST item 103."""

from __future__ import annotations

from typing import Any

import pytest

from idp.errors import Invalid
from idp.oidc import client_metadata, registration
from idp.oidc.client_keys import MOST
from idp.storage.models import Client
from tests import given
from tests.given import REDIRECT_URI
from tests.signer import Signer

KEYS = Signer(kid="k").jwks
BY_KEY: dict[str, Any] = {"redirect_uris": [REDIRECT_URI], "auth_method": "private_key_jwt"}


@pytest.fixture(autouse=True)
def _storage(storage: None) -> None:
    pass


def refused(**metadata: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        registration.add("App", **{**BY_KEY, **metadata})
    return dict(refusal.value.problems)


def test_a_client_with_keys_has_no_secret_and_tells_its_keys() -> None:
    client, secret = registration.add("App", **BY_KEY, jwks=KEYS, request_object_alg="PS256", require_par=True)
    assert secret is None and not client.has_secret and not client.is_public
    told = client_metadata.as_registered(client)
    assert (told["jwks"], told["token_endpoint_auth_method"]) == (KEYS, "private_key_jwt")
    assert (told["request_object_signing_alg"], told["require_pushed_authorization_requests"]) == ("PS256", True)


def test_keys_are_needed_in_one_place() -> None:
    assert refused().keys() == {"auth_method"}
    assert refused(jwks=KEYS, jwks_uri="https://app.example.org/jwks").keys() == {"jwks_uri"}
    assert refused(auth_method=None, request_object_alg="RS256").keys() == {"request_object_alg"}
    assert refused(jwks=KEYS, client_secret="x" * 40).keys() == {"client_secret"}


@pytest.mark.parametrize("jwks", [
    {}, [], "x", 1, {"keys": None}, {"keys": []}, {"keys": {}}, {"keys": [1]}, {"keys": [{}]}, {"keys": [{"kty": "oct"}]},
    {"keys": [{**Signer().members, "use": "enc"}]}, {"keys": [{**Signer().members, "crv": "P-384"}]}, {"keys": KEYS["keys"] * (MOST + 1)},
    {"keys": [{**KEYS["keys"][0], "kid": None}]}, {"keys": KEYS["keys"], "more": None}, {"keys": [{**KEYS["keys"][0], "x5c": ["x" * 17_000]}]},
], ids=range(16))  # fmt: skip
def test_what_is_no_set_of_good_public_keys_is_refused_with_a_sentence(jwks: Any) -> None:
    problems = refused(jwks=jwks)
    assert problems.keys() == {"jwks"}
    assert problems["jwks"].rstrip().endswith(".")


@pytest.mark.parametrize("alg", ["RS256", "ES256", "EdDSA"])
def test_a_private_key_is_refused_with_what_to_do_about_it(alg: str) -> None:
    private = Signer(alg).key.as_dict(private=True)
    problem = refused(jwks={"keys": [*KEYS["keys"], private]})["jwks"]
    assert "private" in problem and "make a new pair" in problem and private["d"] not in problem


def test_a_set_may_hold_keys_that_are_for_something_else() -> None:
    other = {"kty": "RSA", "n": "AQAB", "e": "AQAB", "use": "enc"}
    client, _ = registration.add("App", **BY_KEY, jwks={"keys": [other, *KEYS["keys"], {"kty": "future"}]})
    assert len(client.jwks["keys"]) == 3


@pytest.mark.parametrize(
    "uri",
    [
        "x",
        "",
        "javascript:alert(1)",
        "https://a@b.example/",
        "http://app.example.org/jwks",
        "https://10.0.0.1/jwks",
        "ftp://x",
    ],
)
def test_an_address_that_could_not_be_asked_is_refused(uri: str) -> None:
    assert refused(jwks_uri=uri).keys() == {"jwks_uri"}


def test_a_client_moves_from_its_secret_to_its_keys_and_back() -> None:
    client = given.client(earlier_secrets=[{"digest": "x", "expires_at": 9_999_999_999}])
    with pytest.raises(Invalid):
        registration.change(client, auth_method="private_key_jwt")
    moved = registration.change(client, auth_method="private_key_jwt", jwks=KEYS)
    assert (moved.secret_digest, moved.earlier_secrets) == (None, [])
    with pytest.raises(Invalid, match="no secret"):
        registration.rotate_secret(moved)
    with pytest.raises(Invalid):
        registration.change(moved, jwks=None)
    back = registration.change(moved, auth_method="client_secret_basic")
    assert back.has_secret and back.jwks == KEYS
    assert registration.rotate_secret(back).startswith("cs_")
    with pytest.raises(Invalid, match="public"):
        registration.change(back, auth_method="none")
    assert Client.get_by_id(client.id).has_secret
