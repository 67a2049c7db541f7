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


@pytest.mark.parametrize("alg", jwt.ALGORITHMS)
def test_a_public_key_is_read_as_it_was_written(alg: str) -> None:
    key = jwt.make_private_key(alg)
    assert jwk.read(jwk.public_members(key)) == key.public_key()


@pytest.mark.parametrize("change", [
    {"kty": None}, {"kty": "oct"}, {"kty": "EC"}, {"n": None}, {"n": ""}, {"n": "AQAB"}, {"n": 5}, {"n": "?"}, {"n": "A" * 9_000},
    {"e": None}, {"e": "AQ"}, {"e": "AA"}, {"e": "Ag"}, {"e": "AQAAAAAB"}, {"kty": "RSA", "n": []},
], ids=str)  # fmt: skip
def test_a_bad_rsa_key_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="2048"):
        jwk.read({**jwk.public_members(jwt.make_private_key("RS256")), **change})


@pytest.mark.parametrize(("alg", "change"), [
    ("ES256", {"crv": "P-384"}), ("ES256", {"crv": None}), ("ES256", {"x": "AA"}), ("ES256", {"y": None}), ("ES256", {"x": "A" * 43}),
    ("ES256", {"y": jwt.b64url(bytes(32))}), ("EdDSA", {"crv": "X25519"}), ("EdDSA", {"crv": "Ed448"}), ("EdDSA", {"x": "AA"}),
    ("EdDSA", {"x": {}}), ("EdDSA", {"kty": "EC"}),
], ids=str)  # fmt: skip
def test_a_bad_key_on_a_curve_is_refused(alg: str, change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="P-256"):
        jwk.read({**jwk.public_members(jwt.make_private_key(alg)), **change})
