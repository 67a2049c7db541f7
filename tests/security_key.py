"""`SecurityKey`: an authenticator in software, so that every byte it sends can be bent (WebAuthn L3 6)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from tests.person import Page, Person

UP, UV, BE, BS, AT = 1, 4, 8, 16, 64  # flags of authenticator data
ES256, EDDSA, RS256, ES384 = -7, -8, -257, -35


def options_on(page: Page) -> dict[str, Any]:
    """What a page asks the browser for."""
    found = re.search(r"data-options='([^']+)'", page.html)
    assert found, f"nothing is asked of passkeys: {page.text[:500]}"
    options: dict[str, Any] = json.loads(unescape(found[1]))
    return options


def add_passkey(person: Person, **kind: Any) -> SecurityKey:
    """Add one where a page offers the choice, and do without recovery codes."""
    key = SecurityKey(person.issuer, **kind)
    person.submit(choose="passkey")
    person.submit(passkey=key.create(options_on(person.page)))
    person.submit(decision="later")
    return key


def base64url(raw: bytes) -> str:
    """Without padding, as JSON of WebAuthn has it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class SecurityKey:
    """One credential; `create` registers it, `sign` uses it. `flags` and `counter` are what it tells."""

    origin: str
    rp_id: str = "localhost"
    algorithm: int = ES256
    flags: int = UP | UV
    counter: int = 0  # stays 0 unless `counts`
    counts: bool = False
    aaguid: bytes = bytes(16)
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    user_handle: str | None = None

    def __post_init__(self) -> None:
        self._private: Any
        if self.algorithm == EDDSA:
            self._private = ed25519.Ed25519PrivateKey.generate()
        elif self.algorithm == RS256:
            self._private = rsa.generate_private_key(65537, 2048)
        else:
            self._private = ec.generate_private_key(ec.SECP384R1() if self.algorithm == ES384 else ec.SECP256R1())

    @property
    def public_key(self) -> dict[int, Any]:
        """The public key as COSE has it (RFC 9053)."""
        public = self._private.public_key()
        if isinstance(public, ed25519.Ed25519PublicKey):
            return {1: 1, 3: self.algorithm, -1: 6, -2: public.public_bytes_raw()}
        numbers = public.public_numbers()
        if isinstance(numbers, rsa.RSAPublicNumbers):
            return {1: 3, 3: self.algorithm, -1: numbers.n.to_bytes(256, "big"), -2: numbers.e.to_bytes(3, "big")}
        width, curve = (48, 2) if self.algorithm == ES384 else (32, 1)
        x, y = numbers.x.to_bytes(width, "big"), numbers.y.to_bytes(width, "big")
        return {1: 2, 3: self.algorithm, -1: curve, -2: x, -3: y}

    def create(self, options: dict[str, Any], *, client: dict[str, Any] | None = None, **changes: Any) -> str:
        """The answer to `navigator.credentials.create`, as a page sends it."""
        self.user_handle = options["user"]["id"]
        attested = self.aaguid + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(self.public_key)
        data = self._data(self.flags | AT) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {
            "clientDataJSON": self._client_data("webauthn.create", options, client),
            "attestationObject": base64url(attestation),
            "transports": ["internal", "hybrid"],
        }
        told = {"clientExtensionResults": {"credProps": {"rk": True}}, **changes}
        return self._answer({**response, **told.pop("response", {})}, **told)

    def sign(self, options: dict[str, Any], *, client: dict[str, Any] | None = None, **changes: Any) -> str:
        """The answer to `navigator.credentials.get`, as a page sends it."""
        if self.counts:
            self.counter += 1
        data = self._data(self.flags)
        client_data = self._client_data("webauthn.get", options, client)
        digest = hashlib.sha256(base64.urlsafe_b64decode(client_data + "==")).digest()
        response = {
            "clientDataJSON": client_data,
            "authenticatorData": base64url(data),
            "signature": base64url(self._signature(data + digest)),
            "userHandle": self.user_handle,
        }
        return self._answer({**response, **changes.pop("response", {})}, **changes)

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _client_data(self, type: str, options: dict[str, Any], changes: dict[str, Any] | None) -> str:
        said = {"type": type, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return base64url(json.dumps({**said, **(changes or {})}).encode())

    def _answer(self, response: dict[str, Any], **changes: Any) -> str:
        id = base64url(self.id)
        whole = {"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {}}
        return json.dumps({**whole, **changes})

    def _signature(self, signed: bytes) -> bytes:
        if self.algorithm == EDDSA:
            return bytes(self._private.sign(signed))
        if self.algorithm == RS256:
            return bytes(self._private.sign(signed, padding.PKCS1v15(), hashes.SHA256()))
        digest = hashes.SHA384() if self.algorithm == ES384 else hashes.SHA256()
        return bytes(self._private.sign(signed, ec.ECDSA(digest)))
