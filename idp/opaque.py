"""Random handles, their digests, and comparison in constant time.

A handle leaves the house once; at rest there is only its SHA-256 digest. That is enough because a handle has 256 random
bits (RFC 6749 10.10 asks for 2^-128): there is nothing to guess, so nothing to slow down.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from enum import StrEnum

BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # RFC 4648 6: five bits a letter, none of which looks like another one
HANDLE_BYTES = 32  # 256 bits; urlsafe base64 makes 43 characters of A-Z a-z 0-9 - _


class Kind(StrEnum):
    """What a handle is for, by its prefix; none is looked up as another, and secret scanners find leaks."""

    CODE = "ac"
    ACCESS_TOKEN = "at"
    REFRESH_TOKEN = "rt"
    PUSHED_REQUEST = "pr"
    DEVICE_CODE = "dc"
    CLIENT_ID = "cl"
    CLIENT_SECRET = "cs"
    INITIAL_ACCESS_TOKEN = "ia"
    REGISTRATION_ACCESS_TOKEN = "ra"
    SESSION = "se"  # the cookie of one
    DEVICE = "de"  # the cookie that tells a new browser from a known one
    LINK = "li"
    INVITATION = "in"
    # What the test of a sign-in sends as an application does:
    STATE = "st"
    CODE_VERIFIER = "cv"
    NONCE = "no"


def handle(kind: Kind) -> str:
    """A new secret handle such as `ac_…`."""
    return f"{kind}_{secrets.token_urlsafe(HANDLE_BYTES)}"


def is_of(kind: Kind, handle: str) -> bool:
    """Whether a handle says of itself that it is of this kind."""
    return handle.startswith(f"{kind}_")


def derived(kind: Kind, key: str, *parts: str) -> str:
    """The secret handle that follows from others: the same each time, and to be made with the key alone (RFC 2104)."""
    text = "\n".join((kind, *parts)).encode("utf-8", "surrogatepass")
    code = hmac.digest(key.encode(), text, "sha256")
    return f"{kind}_{base64.urlsafe_b64encode(code).rstrip(b'=').decode()}"


def identifier() -> str:
    """A new name for something that isn't secret but must not be guessed either: 128 bits."""
    return secrets.token_hex(16)


def challenge() -> str:
    """A new value for somebody to sign: 256 bits (WebAuthn 13.4.3 asks for 128 at least)."""
    return secrets.token_urlsafe(HANDLE_BYTES)


def letters(count: int, alphabet: str) -> str:
    """New random letters, for what people copy by hand."""
    return "".join(secrets.choice(alphabet) for _ in range(count))


def digest(handle: str) -> str:
    """The SHA-256 of a handle, in hexadecimal: what is stored and looked up."""
    return hashlib.sha256(handle.encode("utf-8", "surrogatepass")).hexdigest()


def same(left: str, right: str) -> bool:
    """Whether two strings are equal, without telling by the time taken where they differ."""
    return hmac.compare_digest(left.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass"))
