"""Signatures, against the standards' own examples and against a library that the product doesn't use."""

from __future__ import annotations

import contextlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwk as other_jwk
from joserfc import jws as other_jws

from idp.oidc import jwk, jwt
from idp.oidc.jwt import ALGORITHMS, PrivateKey
from tests.oidc import vectors

# The other library's opinion of the name only; RFC 9864 calls the same algorithm Ed25519, relying parties know EdDSA.
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated:joserfc.errors.SecurityWarning")


@pytest.fixture(scope="module", params=ALGORITHMS)
def alg(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def key(alg: str) -> PrivateKey:
    return jwt.make_private_key(alg)


@pytest.mark.parametrize(
    ("key", "token"),
    [(vectors.RS256_KEY, vectors.RS256_TOKEN), (vectors.ES256_KEY, vectors.ES256_TOKEN)],
    ids=["RFC 7515 A.2", "RFC 7515 A.3"],
)
def test_the_examples_of_rfc_7515_verify(key: PrivateKey, token: str) -> None:
    taken = jwt.take_apart(token)
    assert taken.claims == {"iss": "joe", "exp": 1300819380, "http://example.com/is_root": True}
    assert jwt.verify(key, taken.message, taken.signature)
    assert not jwt.verify(key, taken.message + b"x", taken.signature)


def test_rs256_signs_what_rfc_7515_a_2_prints() -> None:
    taken = jwt.take_apart(vectors.RS256_TOKEN)
    assert jwt.sign(vectors.RS256_KEY, taken.message) == taken.signature


def test_ed25519_signs_what_rfc_8037_a_4_prints() -> None:
    signature = jwt.sign(vectors.EDDSA_KEY, vectors.EDDSA_MESSAGE)
    assert jwt.b64url(signature) == vectors.EDDSA_SIGNATURE
    assert jwt.verify(vectors.EDDSA_KEY, vectors.EDDSA_MESSAGE, signature)


def _registry(alg: str) -> other_jws.JWSRegistry:
    return other_jws.JWSRegistry(algorithms=[alg])


def test_another_library_verifies_what_we_sign(key: PrivateKey, alg: str) -> None:
    message = jwt.b64url(json.dumps({"alg": alg}).encode()) + "." + jwt.b64url(b'{"sub":"ada"}')
    token = f"{message}.{jwt.b64url(jwt.sign(key, message.encode()))}"
    public = other_jwk.import_key(jwk.public_members(key))
    assert other_jws.deserialize_compact(token, public, registry=_registry(alg)).payload == b'{"sub":"ada"}'


def test_we_verify_what_another_library_signs(key: PrivateKey, alg: str) -> None:
    from cryptography.hazmat.primitives import serialization

    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    kind = {"RS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}[alg]
    token = other_jws.serialize_compact(
        {"alg": alg}, b'{"sub":"ada"}', other_jwk.import_key(pem, kind), registry=_registry(alg)
    )
    taken = jwt.take_apart(token)
    assert jwt.verify(key, taken.message, taken.signature)
    assert taken.claims == {"sub": "ada"}


def test_a_changed_message_or_signature_does_not_verify(key: PrivateKey) -> None:
    signature = jwt.sign(key, b"message")
    assert jwt.verify(key, b"message", signature)
    assert not jwt.verify(key, b"massage", signature)
    assert not jwt.verify(key, b"message", signature[:-1] + bytes([signature[-1] ^ 1]))


@pytest.mark.parametrize(
    "forge", [b"", b"\0", b"\0" * 64, b"\xff" * 64, b"\0" * 256, b"a" * 70, b"a" * 10_000], ids=len
)
def test_junk_is_no_signature(key: PrivateKey, forge: bytes) -> None:
    assert not jwt.verify(key, b"message", forge)


def test_a_signature_of_another_key_does_not_verify(alg: str, key: PrivateKey) -> None:
    assert not jwt.verify(key, b"message", jwt.sign(jwt.make_private_key(alg), b"message"))


def test_es256_signatures_are_two_numbers_of_32_bytes() -> None:
    key = jwt.make_private_key("ES256")
    lengths = {len(jwt.sign(key, bytes([number]))) for number in range(40)}
    assert lengths == {64}, "also where a number is small (RFC 7518 3.4)"


def test_es256_does_not_take_der() -> None:
    key = jwt.make_private_key("ES256")
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    signature = jwt.sign(key, b"message")
    assert jwt.verify(key, b"message", signature)
    assert not jwt.verify(key, b"message", b"\0" + signature)


def test_rsa_keys_have_2048_bits_or_more() -> None:
    key = jwt.make_private_key("RS256")
    assert isinstance(key, rsa.RSAPrivateKey)
    assert key.key_size >= 2048
    assert key.public_key().public_numbers().e == 65537


@pytest.mark.parametrize("text", ["a", "ab=", "ab==", "a+b/", "YQ==", "YR", "a b", "ä", "YW\n", "é", "****", "A"])
def test_anything_but_unpadded_base64url_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"base64url|ASCII|ascii"):
        jwt.unb64url(text)


@given(st.binary(max_size=100))
@settings(deadline=None)
def test_bytes_come_back_from_base64url(raw: bytes) -> None:
    text = jwt.b64url(raw)
    assert jwt.unb64url(text) == raw
    assert not set(text) & set("+/=")


def _compact(*parts: object) -> str:
    return ".".join(jwt.b64url(json.dumps(part).encode()) for part in parts)


@pytest.mark.parametrize(
    "token",
    [
        "", ".", "..", "...", "a.b.c", "garbage", "ä.ä.ä", "\ud800.a.b",
        _compact({"alg": "RS256"}, {}),
        _compact({"alg": "RSA-OAEP", "enc": "A128GCM"}, {}, {}, {}, {}),
        _compact([], {}, 1), _compact({}, [], 1), _compact("x", {}, 1), _compact(None, None, None),
        jwt.b64url(b"{") + "." + jwt.b64url(b"{}") + ".AA",
        jwt.b64url(b"\xff") + "." + jwt.b64url(b"{}") + ".AA",
        jwt.b64url(b"[" * 5_000) + ".e30.AA",
        "e30.e30.A", "e30.e30.AA==", "e30=.e30.AA",
        "e30.e30." + "A" * 9_000,
    ],
    ids=range(21),
)  # fmt: skip
def test_what_is_no_signed_token_cannot_be_taken_apart(token: str) -> None:
    with pytest.raises(ValueError):
        jwt.take_apart(token)


@given(st.text(max_size=80) | st.from_regex(r"[A-Za-z0-9_-]{0,20}\.[A-Za-z0-9_-]{0,20}\.[A-Za-z0-9_-]{0,20}"))
@settings(deadline=None)
def test_no_text_does_more_than_raise_a_value_error(token: str) -> None:
    with contextlib.suppress(ValueError):
        jwt.take_apart(token)


@pytest.mark.parametrize(
    ("typ", "kind"),
    [("JWT", "jwt"), ("application/at+jwt", "at+jwt"), ("APPLICATION/Logout+JWT", "logout+jwt"), (None, None), ("", ""), (1, ""), ([], "")],
)  # fmt: skip
def test_the_kind_of_a_token_has_one_spelling_and_what_is_no_text_is_none_that_anybody_takes(
    typ: object, kind: str | None
) -> None:
    assert jwt.type_of({"typ": typ}) == kind
    assert jwt.type_of({}) is None


@pytest.mark.parametrize(
    ("aud", "named"), [("a", ["a"]), (["a", "b"], ["a", "b"]), (["a", 1, None, ["b"]], ["a"]), ({"a": 1}, []), (None, []), (7, [])]
)  # fmt: skip
def test_a_token_is_for_one_or_several(aud: object, named: list[str]) -> None:
    assert jwt.audience_of({"aud": aud}) == named
    assert jwt.audience_of({}) == []


@pytest.mark.parametrize("claim", ["exp", "nbf", "iat"])
def test_clocks_may_differ_by_as_much_for_every_token(claim: str) -> None:
    late = jwt.SKEW if claim != "exp" else -jwt.SKEW
    assert jwt.untimely({claim: 1_000 + late}, 1_000) is None
    assert jwt.untimely({claim: 1_000 + late + (1 if late > 0 else -1)}, 1_000) == claim
