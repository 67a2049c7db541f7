"""`Signer`: a client's key pair, and what it signs with it; by a library that the product doesn't use."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from idp import clock

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_MAKE: dict[str, Any] = {
    "RS256": lambda: RSAKey.generate_key(2048), "PS256": lambda: RSAKey.generate_key(2048),
    "ES256": lambda: ECKey.generate_key("P-256"), "EdDSA": lambda: OKPKey.generate_key("Ed25519"), "Ed25519": lambda: OKPKey.generate_key("Ed25519"),
}  # fmt: skip
ALGORITHMS = tuple(_MAKE)


class Signer:
    """A key of a client that may be anybody's."""

    def __init__(self, alg: str = "ES256", kid: str | None = None, key: Any = None) -> None:
        self.alg, self.kid = alg, kid
        self.key = key or _MAKE[alg]()

    @classmethod
    def sharing(cls, secret: bytes) -> Signer:
        """One that signs with a shared secret, HS256."""
        return cls("HS256", key=secret)

    @property
    def members(self) -> dict[str, Any]:
        """The public key as a JSON Web Key."""
        public = {name: value for name, value in self.key.as_dict(private=False).items() if name != "kid"}
        return {**public, **({"kid": self.kid} if self.kid else {})}

    @property
    def jwks(self) -> dict[str, Any]:
        """It as a set of its own."""
        return {"keys": [self.members]}

    def sign(self, claims: dict[str, Any] | bytes, **header: Any) -> str:
        """A compact JWS, however odd its header; None takes a member out."""
        payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
        whole = {"alg": self.alg, **({"kid": self.kid} if self.kid else {}), **header}
        head = json.dumps({name: value for name, value in whole.items() if value is not None}).encode()
        message = b".".join(_b64(part) for part in (head, payload))
        if isinstance(self.key, bytes):
            signature = hmac.digest(self.key, message, "sha256")
        else:
            signature = jws.JWSRegistry.algorithms["EdDSA" if self.alg == "Ed25519" else self.alg].sign(
                message, self.key
            )
        return (message + b"." + _b64(signature)).decode()

    def assertion(self, client_id: str, audience: Any, *, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A client assertion (RFC 7523 3); None takes a claim out."""
        now = clock.now()
        usual = {"iss": client_id, "sub": client_id, "aud": audience, "iat": now, "exp": now + 60,
                 "jti": secrets.token_hex(16), **claims}  # fmt: skip
        return self.sign({name: value for name, value in usual.items() if value is not None}, **(header or {}))

    def proof(self, client_id: str, audience: Any, /, **claims: Any) -> dict[str, str]:
        """The form fields that carry an assertion."""
        return {
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.assertion(client_id, audience, **claims),
        }

    def request(self, client_id: str, issuer: str, /, **claims: Any) -> str:
        """A request object (RFC 9101 4); None takes a claim out."""
        usual = {"iss": client_id, "aud": issuer, "client_id": client_id, **claims}
        return self.sign({name: value for name, value in usual.items() if value is not None}, typ="oauth-authz-req+jwt")


def _b64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
