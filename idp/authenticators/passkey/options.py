"""What a browser is asked for, as the JSON that its `parse…OptionsFromJSON` takes (WebAuthn L3 5.1.9, 5.1.10)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from typing import Any

from idp.storage.models import Credential, User
from idp.tries import Try

ALGORITHMS = (-7, -8, -257)  # ES256, EdDSA, RS256, as COSE numbers them: every authenticator knows one of them
TIMEOUT = 300_000  # milliseconds; long enough to look for a key or a phone (WebAuthn L3 15.1)


def user_handle(user: User) -> str:
    """By which passkeys know whose they are: opaque, the same for ever, nothing about the person (WebAuthn L3 14.6.1)."""
    return _base64url(hashlib.sha256(f"foyer passkey {user.sub}".encode()).digest())


def for_signing_in(trying: Try) -> dict[str, Any]:
    """Any passkey of anybody, which says whose it is and has to verify that they are there: it is all that is asked."""
    return {**_request(trying), "userVerification": "required"}


def for_second_factor(trying: Try, enrolled: Iterable[Credential]) -> dict[str, Any]:
    """One of this person's; a touch is enough where the authenticator can do no more, as the password came before."""
    return {**_request(trying), "allowCredentials": _descriptors(enrolled), "userVerification": "preferred"}


def for_creating(trying: Try, enrolled: Iterable[Credential]) -> dict[str, Any]:
    """A new passkey for this person, on anything that has none of theirs yet."""
    assert trying.site is not None and trying.user is not None
    return {
        "rp": {"id": trying.site.rp_id, "name": trying.site.name},
        "user": {
            "id": user_handle(trying.user),
            "name": trying.user.username,
            "displayName": trying.user.shown_name,
        },
        "challenge": trying.challenge,
        "pubKeyCredParams": [{"type": "public-key", "alg": algorithm} for algorithm in ALGORITHMS],
        "timeout": TIMEOUT,
        "excludeCredentials": _descriptors(enrolled),
        # Preferred, not required: old security keys can't tell whose they are, and still are good second factors.
        "authenticatorSelection": {"residentKey": "preferred", "userVerification": "preferred"},
        "attestation": "none",
        "extensions": {"credProps": True},
    }


def _request(trying: Try) -> dict[str, Any]:
    assert trying.site is not None
    return {"challenge": trying.challenge, "rpId": trying.site.rp_id, "timeout": TIMEOUT}


def _descriptors(enrolled: Iterable[Credential]) -> list[dict[str, Any]]:
    return [
        {"type": "public-key", "id": credential.handle, "transports": credential.data["transports"]}
        for credential in enrolled
    ]


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
