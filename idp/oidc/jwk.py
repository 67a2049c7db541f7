"""Public keys as JSON Web Keys: ours written, clients' read, and their thumbprints."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from idp.oidc.jwt import PrivateKey, PublicKey, b64url, unb64url

PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})  # RFC 7518 6.2.2, 6.3.2, 6.4, RFC 8037 2
LEAST_BITS, MOST_BITS = 2048, 8192  # of an RSA key, RFC 7518 3.3; longer ones would cost us more than their owners
NO_KEY = "A key is RSA of 2048 bits or more (kty RSA), P-256 (kty EC) or Ed25519 (kty OKP)."


def public_members(key: PrivateKey) -> dict[str, str]:
    """The members that make up a public key, and nothing else (RFC 7518 6, RFC 8037 2)."""
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.public_key().public_numbers()
        return {"kty": "RSA", "n": _integer(numbers.n), "e": _integer(numbers.e)}
    if isinstance(key, ec.EllipticCurvePrivateKey):
        point = key.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": b64url(point.x.to_bytes(32)), "y": b64url(point.y.to_bytes(32))}
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return {"kty": "OKP", "crv": "Ed25519", "x": b64url(raw)}


def read(members: Mapping[str, Any]) -> PublicKey:
    """The public key that members make up; raises ValueError, a sentence, for what is no good key of a kind we read."""
    kind = (members.get("kty"), members.get("crv"))
    try:
        if kind[0] == "RSA":
            n, e = _bytes(members, "n"), _bytes(members, "e")
            number, exponent = int.from_bytes(n), int.from_bytes(e)
            if not LEAST_BITS <= number.bit_length() <= MOST_BITS or not 2 < exponent < 2**32:
                raise ValueError(NO_KEY)
            return rsa.RSAPublicNumbers(exponent, number).public_key()
        if kind == ("EC", "P-256"):
            point = b"\x04" + _bytes(members, "x", 32) + _bytes(members, "y", 32)
            return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        if kind == ("OKP", "Ed25519"):
            return ed25519.Ed25519PublicKey.from_public_bytes(_bytes(members, "x", 32))
    except ValueError:
        raise ValueError(NO_KEY) from None
    raise ValueError(NO_KEY)


def thumbprint(key: PrivateKey) -> str:
    """The RFC 7638 thumbprint of the public key, our `kid`: 43 characters that need no escaping anywhere."""
    canonical = json.dumps(public_members(key), sort_keys=True, separators=(",", ":"))
    return b64url(hashlib.sha256(canonical.encode()).digest())


def _integer(number: int) -> str:
    return b64url(number.to_bytes((number.bit_length() + 7) // 8))


def _bytes(members: Mapping[str, Any], name: str, length: int | None = None) -> bytes:
    text = members.get(name)
    if not isinstance(text, str) or len(text) > 2 * MOST_BITS // 8:
        raise ValueError(NO_KEY)
    raw = unb64url(text)
    if length is not None and len(raw) != length:
        raise ValueError(NO_KEY)
    return raw
