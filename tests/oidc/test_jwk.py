"""Public keys as other programs read them, and their thumbprints."""

from __future__ import annotations

import pytest
from joserfc import jwk as other_jwk

from idp.oidc import jwk, jwt
from tests.oidc import vectors


def test_the_thumbprint_is_the_one_of_rfc_7638_3_1() -> None:
    assert jwk.thumbprint(vectors.THUMBPRINT_KEY) == vectors.THUMBPRINT


def test_the_thumbprint_is_the_one_of_rfc_8037_a_3() -> None:
    assert jwk.thumbprint(vectors.EDDSA_KEY) == vectors.EDDSA_THUMBPRINT


@pytest.mark.parametrize(
    ("key", "public"), [(vectors.ES256_KEY, vectors.ES256_PUBLIC), (vectors.EDDSA_KEY, vectors.EDDSA_PUBLIC)]
)
def test_the_members_are_those_that_the_standards_print(key: jwt.PrivateKey, public: dict[str, str]) -> None:
    assert jwk.public_members(key) == public


@pytest.mark.parametrize("alg", jwt.ALGORITHMS)
def test_another_library_reads_the_key_and_finds_the_same_thumbprint(alg: str) -> None:
    key = jwt.make_private_key(alg)
    members = jwk.public_members(key)
    found = other_jwk.import_key(members)
    assert not found.is_private
    assert found.thumbprint() == jwk.thumbprint(key)
    assert not members.keys() & {"d", "p", "q", "dp", "dq", "qi", "k"}


@pytest.mark.parametrize("number", range(30))
def test_coordinates_have_their_full_length(number: int) -> None:
    members = jwk.public_members(jwt.make_private_key("ES256"))
    assert len(jwt.unb64url(members["x"])) == len(jwt.unb64url(members["y"])) == 32
