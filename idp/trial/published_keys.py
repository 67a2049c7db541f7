"""Published keys as an application reads them: a JSON Web Key Set, and whether one of its keys made a signature.

It shares nothing with the code that signs, or a mistake there could not be seen here.
"""

from __future__ import annotations

import base64
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

_TYPES = {"RS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}


def read(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The keys of a set; raises ValueError for what is none (RFC 7517 5)."""
    keys = document.get("keys")
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise ValueError("no key set")
    return keys


def verifies(keys: list[dict[str, Any]], alg: str, kid: object, message: bytes, signature: bytes) -> bool:
    """Whether the key named by `kid` made this signature with this algorithm."""
    wanted = [key for key in keys if key.get("kid") == kid and key.get("kty") == _TYPES.get(alg)]
    try:
        return len(wanted) == 1 and _verifies(alg, wanted[0], message, signature)
    except (InvalidSignature, ValueError, KeyError, TypeError):
        return False


def _verifies(alg: str, key: dict[str, Any], message: bytes, signature: bytes) -> bool:
    if alg == "RS256":
        public = rsa.RSAPublicNumbers(_integer(key["e"]), _integer(key["n"])).public_key()
        public.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    elif alg == "ES256":
        point = ec.EllipticCurvePublicNumbers(_integer(key["x"]), _integer(key["y"]), ec.SECP256R1()).public_key()
        half = len(signature) // 2
        r, s = int.from_bytes(signature[:half]), int.from_bytes(signature[half:])
        point.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
        return len(signature) == 64
    else:
        ed25519.Ed25519PublicKey.from_public_bytes(raw(key["x"])).verify(signature, message)
    return True


def raw(text: str) -> bytes:
    """The bytes of unpadded base64url; raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _integer(text: str) -> int:
    return int.from_bytes(raw(text))
