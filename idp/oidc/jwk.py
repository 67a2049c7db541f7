"""Public keys as JSON Web Keys, and their thumbprints."""

from __future__ import annotations

import hashlib
import json

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from idp.oidc.jwt import PrivateKey, b64url


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


def thumbprint(key: PrivateKey) -> str:
    """The RFC 7638 thumbprint of the public key, our `kid`: 43 characters that need no escaping anywhere."""
    canonical = json.dumps(public_members(key), sort_keys=True, separators=(",", ":"))
    return b64url(hashlib.sha256(canonical.encode()).digest())


def _integer(number: int) -> str:
    return b64url(number.to_bytes((number.bit_length() + 7) // 8))
