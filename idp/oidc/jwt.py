"""JSON Web Signatures: signing with `cryptography`, and reading tokens that come from outside.

pyjwkest is kept out of both: its RSA takes several times as long, its ECDSA nonces come from a generator that isn't
cryptographic, and it accepts what it can't verify.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from idp import foreign_json

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey

RS256, PS256, ES256, EDDSA = "RS256", "PS256", "ES256", "EdDSA"
ALGORITHMS = (RS256, ES256, EDDSA)  # that we sign with
ED25519 = "Ed25519"  # the newer name of EdDSA with this curve, RFC 9864 2.2; openid-client 6 knows no other
READ = (RS256, PS256, ES256, EDDSA, ED25519)  # that clients may sign with; never one whose key they share with us
LONGEST = 8_192  # bytes of a token from outside
SKEW = 30  # seconds that the clock of whoever signed it may be off
_END_OF_TIME = 1e11  # seconds; what clocks don't show, infinity above all
_P256_BYTES = 32
_PADDING, _SHA256 = padding.PKCS1v15(), hashes.SHA256()
_PSS = padding.PSS(padding.MGF1(_SHA256), salt_length=_SHA256.digest_size)  # RFC 7518 3.5
_KINDS: dict[str, type[Any]] = {
    RS256: rsa.RSAPublicKey, PS256: rsa.RSAPublicKey, ES256: ec.EllipticCurvePublicKey, EDDSA: ed25519.Ed25519PublicKey,
    ED25519: ed25519.Ed25519PublicKey,
}  # fmt: skip


def b64url(raw: bytes) -> str:
    """Base64url without padding (RFC 7515 2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64url(text: str) -> bytes:
    """The bytes of unpadded base64url; raises ValueError for anything else, also for bits that say nothing."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as wrong:
        raise ValueError("not base64url") from wrong
    if b64url(raw) != text:
        raise ValueError("not base64url")
    return raw


def make_private_key(alg: str) -> PrivateKey:
    """A new private key for an algorithm."""
    if alg == RS256:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    if alg == ES256:
        return ec.generate_private_key(ec.SECP256R1())
    return ed25519.Ed25519PrivateKey.generate()


def sign(key: PrivateKey, message: bytes) -> bytes:
    """The signature of a message as RFC 7518 wants it for this kind of key."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, _PADDING, _SHA256)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(_SHA256)))
        return r.to_bytes(_P256_BYTES) + s.to_bytes(_P256_BYTES)
    return key.sign(message)


def verify(key: PrivateKey, message: bytes, signature: bytes) -> bool:
    """Whether a signature is this key's."""
    alg = (
        RS256 if isinstance(key, rsa.RSAPrivateKey) else ES256 if isinstance(key, ec.EllipticCurvePrivateKey) else EDDSA
    )
    return verify_by(key.public_key(), alg, message, signature)


def fits(key: PublicKey, alg: object) -> bool:
    """Whether signatures of this algorithm can be a key's."""
    return isinstance(alg, str) and alg in _KINDS and isinstance(key, _KINDS[alg])


def same_alg(left: object, right: object) -> bool:
    """Whether two names mean the same algorithm."""
    return left == right or (left, right) in ((EDDSA, ED25519), (ED25519, EDDSA))


def verify_by(key: PublicKey, alg: str, message: bytes, signature: bytes) -> bool:
    """Whether a signature is one of this algorithm by the private half of this key."""
    if not fits(key, alg):
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, _PSS if alg == PS256 else _PADDING, _SHA256)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            if len(signature) != 2 * _P256_BYTES:
                return False
            r, s = int.from_bytes(signature[:_P256_BYTES]), int.from_bytes(signature[_P256_BYTES:])
            key.verify(encode_dss_signature(r, s), message, ec.ECDSA(_SHA256))
        else:
            key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Unverified:
    """A token taken apart; nothing in it is true until its signature is verified."""

    header: dict[str, Any]
    claims: dict[str, Any]
    message: bytes
    signature: bytes


def take_apart(token: str, *, longest: int = LONGEST) -> Unverified:
    """The parts of a compact JWS; raises ValueError for anything else, encrypted tokens above all."""
    if len(token) > longest or not token.isascii():
        raise ValueError("not a token of ours")
    parts = token.split(".")
    if len(parts) != 3:  # a JWE has five: our keys sign and must never decrypt
        raise ValueError("not a signed token")
    # A member that comes twice is read differently by different readers (RFC 7519 4).
    header, claims = (foreign_json.read_object(unb64url(part), exactly=True) for part in parts[:2])
    return Unverified(header, claims, f"{parts[0]}.{parts[1]}".encode(), unb64url(parts[2]))


def type_of(header: Mapping[str, Any]) -> str | None:
    """The kind of token as its header says, in one spelling (RFC 7515 4.1.9); None where it says none."""
    typ = header.get("typ")
    if typ is None:
        return None
    return typ.lower().removeprefix("application/") if isinstance(typ, str) else ""


def audience_of(claims: Mapping[str, Any]) -> list[str]:
    """Whom a token is for: one or several (RFC 7519 4.1.3); what is no text is nobody."""
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    return [each for each in named if isinstance(each, str)]


def untimely(claims: Mapping[str, Any], now: int) -> str | None:
    """The name of the claim that says that a token is not good now, or that means nothing (RFC 7519 4.1.4 to 4.1.6)."""
    for name in ("exp", "nbf", "iat"):
        at = claims.get(name)
        if name in claims and (isinstance(at, bool) or not isinstance(at, int | float) or not abs(at) < _END_OF_TIME):
            return name
    if claims.get("exp", now) + SKEW < now:
        return "exp"
    return next((name for name in ("nbf", "iat") if claims.get(name, now) > now + SKEW), None)
