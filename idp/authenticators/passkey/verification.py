"""Every check of what a browser answers (WebAuthn L3 7.1, 7.2); each failure is a word for the activity log.

webauthn 3.0.1 verifies signatures and parses what authenticators send. It takes answers made inside other sites' frames, ids
of any length and answers without a user; it raises whatever its parsers raise. All of that is dealt with here; what needs
the database (whose, cloned, once) by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeGuard, TypeVar

from idp import foreign_json, opaque
from idp.authenticators.passkey.options import ALGORITHMS
from idp.tries import Try

LONGEST = 16_384  # characters; an RSA key with its attestation has 4,000
LONGEST_ID = 1_023  # bytes (WebAuthn L3 7.1 step 24)
_BASE64URL = re.compile("[A-Za-z0-9_-]{1,16384}")
_TRANSPORT = re.compile("[a-z-]{1,20}")

T = TypeVar("T")


class NotVerified(Exception):
    """An answer that doesn't hold, with the reason as a word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Answer:
    """What `PublicKeyCredential.toJSON` gave, as far as it has the right shape."""

    sent: dict[str, Any]
    id: str
    client_data: str
    user_handle: str | None


@dataclass(frozen=True, slots=True)
class Signed:
    """What a passkey has signed."""

    counter: int
    is_verified: bool  # the authenticator has seen a PIN, a finger, a face
    is_synced: bool  # may be copied to other devices ("backup eligible")
    is_backed_up: bool


@dataclass(frozen=True, slots=True)
class Created(Signed):
    """A new passkey."""

    public_key: str
    aaguid: str
    transports: list[str]
    is_discoverable: bool | None  # whether it can say whose it is; None where the browser doesn't tell

    def to_json(self) -> dict[str, Any]:
        """What the credential's row keeps."""
        return asdict(self)


def parse(text: str) -> Answer:
    """The answer in a form field."""
    if len(text) > LONGEST:
        raise NotVerified("too_long")
    try:
        sent = foreign_json.read_object(text)
    except ValueError:
        raise NotVerified("malformed") from None
    response = sent.get("response")
    if not isinstance(response, dict):
        raise NotVerified("malformed")
    id, client_data, user_handle = sent.get("id"), response.get("clientDataJSON"), response.get("userHandle")
    if not _is_base64url(id) or not _is_base64url(client_data) or not isinstance(user_handle, str | None):
        raise NotVerified("malformed")
    if len(id) * 3 // 4 > LONGEST_ID:
        raise NotVerified("id_too_long")
    return Answer(sent, id, client_data, user_handle or None)


def signed(answer: Answer, trying: Try, public_key: str) -> Signed:
    """What the owner of a public key has signed here and now."""
    _check_client_data(answer, trying, "webauthn.get")

    def verify() -> Signed:
        from webauthn import base64url_to_bytes, verify_authentication_response

        assert trying.site is not None
        verified = verify_authentication_response(
            credential=answer.sent,
            expected_challenge=base64url_to_bytes(trying.challenge),
            expected_rp_id=trying.site.rp_id,
            expected_origin=trying.site.origin,
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=0,  # compared by the caller, who knows what it means
        )
        return Signed(verified.new_sign_count, verified.user_verified, *_backup(verified))

    return _guarded(verify)


def created(answer: Answer, trying: Try) -> Created:
    """The passkey that has been created here and now."""
    _check_client_data(answer, trying, "webauthn.create")

    def verify() -> Created:
        from webauthn import base64url_to_bytes, helpers, verify_registration_response
        from webauthn.helpers.cose import COSEAlgorithmIdentifier

        assert trying.site is not None
        verified = verify_registration_response(
            credential=answer.sent,
            expected_challenge=base64url_to_bytes(trying.challenge),
            expected_rp_id=trying.site.rp_id,
            expected_origin=trying.site.origin,
            supported_pub_key_algs=[COSEAlgorithmIdentifier(number) for number in ALGORITHMS],
        )
        if helpers.bytes_to_base64url(verified.credential_id) != answer.id:
            raise NotVerified("other_id")
        # A key that can't be used would be found out at the next sign-in only.
        helpers.decoded_public_key_to_cryptography(helpers.decode_credential_public_key(verified.credential_public_key))
        return Created(
            verified.sign_count, verified.user_verified, *_backup(verified),
            public_key=helpers.bytes_to_base64url(verified.credential_public_key), aaguid=verified.aaguid,
            transports=_transports(answer), is_discoverable=_is_discoverable(answer),
        )  # fmt: skip

    return _guarded(verify)


def _check_client_data(answer: Answer, trying: Try, type: str) -> None:
    def read() -> dict[str, Any]:
        from webauthn import base64url_to_bytes

        return foreign_json.read_object(base64url_to_bytes(answer.client_data))

    client_data = _guarded(read)
    if not isinstance(client_data.get("challenge"), str):
        raise NotVerified("malformed")
    if trying.site is None or not trying.challenge:
        raise NotVerified("nothing_asked")
    if client_data.get("type") != type:
        raise NotVerified("wrong_type")
    if not opaque.same(client_data["challenge"], trying.challenge):
        raise NotVerified("wrong_challenge")
    if client_data.get("origin") != trying.site.origin:
        raise NotVerified("wrong_origin")
    # Inside a frame of another site nobody can see whom they are signing in to.
    if client_data.get("crossOrigin", False) is not False or "topOrigin" in client_data:
        raise NotVerified("cross_origin")


def _guarded(verify: Callable[[], T]) -> T:
    """What `verify` returns. Its parsers raise more than they name (ValueError, binascii.Error, RecursionError, KeyError,
    TypeError, what CBOR and keys bring), and there is one thing to do about all of it."""
    try:
        return verify()
    except NotVerified:
        raise
    except Exception:
        raise NotVerified("not_valid") from None


def _backup(verified: Any) -> tuple[bool, bool]:
    # That a passkey is backed up without being one that may be, webauthn has refused (WebAuthn L3 6.1.3).
    return verified.credential_device_type.value == "multi_device", verified.credential_backed_up


def _transports(answer: Answer) -> list[str]:
    told = answer.sent["response"].get("transports")
    names = told if isinstance(told, list) else []
    return sorted({name for name in names if isinstance(name, str) and _TRANSPORT.fullmatch(name)})[:8]


def _is_discoverable(answer: Answer) -> bool | None:
    results = answer.sent.get("clientExtensionResults")
    properties = results.get("credProps") if isinstance(results, dict) else None
    told = properties.get("rk") if isinstance(properties, dict) else None
    return told if isinstance(told, bool) else None


def _is_base64url(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and _BASE64URL.fullmatch(value) is not None
