"""Every rule of OIDC Core 3.1.3.7 is looked at, each by itself."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from idp.oidc.keys import KeySet
from idp.trial import id_token, published_keys
from idp.trial.id_token import Expected
from idp.trial.step import Step

NOW = 1_800_000_000
ISSUER, CLIENT, NONCE, ACCESS_TOKEN = "https://id.example.org", "the-client", "a-nonce", "at_something"
EXPECTED = Expected(ISSUER, CLIENT, NONCE, max_age=300, acr="aal2", prompted=True, began_at=NOW - 30)
HASH = base64.urlsafe_b64encode(hashlib.sha256(ACCESS_TOKEN.encode()).digest()[:16]).rstrip(b"=").decode()
GOOD: dict[str, Any] = {
    "iss": ISSUER, "sub": "somebody", "aud": CLIENT, "iat": NOW, "exp": NOW + 600, "auth_time": NOW - 10, "acr": "aal2",
    "nonce": NONCE, "at_hash": HASH,
}  # fmt: skip


@pytest.fixture
def keys(keys_folder: Path) -> KeySet:
    return KeySet(keys_folder)


def wrong_in(token: str, keys: KeySet) -> list[str]:
    """The questions about a token whose answer is no."""
    step = Step("id_token")
    published = published_keys.read(json.loads(keys.jwks()))
    id_token.verify(token, published, ACCESS_TOKEN, EXPECTED, NOW, step)
    return [check.name for check in step.checks if not check.is_fine]


def test_a_good_one_is_good_in_every_way(keys: KeySet) -> None:
    assert wrong_in(keys.sign("RS256", GOOD), keys) == []
    assert wrong_in(keys.sign("RS256", {**GOOD, "aud": [CLIENT], "azp": CLIENT}), keys) == []


@pytest.mark.parametrize(("changed", "name"), [
    ({"iss": "https://evil.example"}, "iss"), ({"aud": "another"}, "aud"), ({"aud": [CLIENT, "another"]}, "aud"),
    ({"azp": "another"}, "azp"), ({"exp": NOW - 61}, "times"), ({"iat": NOW - 900}, "times"), ({"iat": NOW + 900}, "times"),
    ({"iat": "now"}, "times"), ({"exp": None}, "times"), ({"nonce": "another"}, "nonce"), ({"nonce": None}, "nonce"),
    ({"at_hash": "another"}, "at_hash"), ({"acr": "aal1"}, "acr"), ({"sub": ""}, "sub"), ({"sub": 7}, "sub"),
])  # fmt: skip
def test_one_wrong_claim_is_found_and_nothing_else(keys: KeySet, changed: dict[str, Any], name: str) -> None:
    assert wrong_in(keys.sign("RS256", {**GOOD, **changed}), keys) == [name]


@pytest.mark.parametrize("at", [NOW - 361, None, "then"])
def test_who_was_asked_too_long_ago_is_found(keys: KeySet, at: object) -> None:
    assert wrong_in(keys.sign("RS256", {**GOOD, "auth_time": at}), keys) == ["prompted", "max_age"]


@pytest.mark.parametrize("alg", ["ES256", "EdDSA"])
def test_another_algorithm_than_the_registered_one_is_told_though_its_signature_is_right(
    keys: KeySet, alg: str
) -> None:
    assert wrong_in(keys.sign(alg, GOOD), keys) == ["alg"]


def test_a_signature_counts_by_the_named_key_only(keys: KeySet) -> None:
    head, claims, signature = keys.sign("RS256", GOOD).split(".")
    other = keys.sign("RS256", {**GOOD, "iat": NOW - 1}).split(".")[2]
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    for token in (f"{head}.{claims}.{other}", f"{head}.{claims}.", f"{head}.{claims}"):
        assert wrong_in(token, keys) == ["signature"], token
    assert wrong_in(f"{unsigned}.{claims}.{signature}", keys) == ["alg", "signature"]


@pytest.mark.parametrize("token", [None, 7, "", "a.b.c", "....", "e30", "W10.W10.W10", "é.é.é"])
def test_what_is_no_token_is_told_so(keys: KeySet, token: Any) -> None:
    assert wrong_in(token, keys) == ["readable"]
