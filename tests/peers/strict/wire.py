"""What every strict client does on the wire: requests without redirects, PKCE, the answer in the URL."""

import base64
import hashlib
import secrets
from typing import Any
from urllib.parse import parse_qsl

import requests

UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


class Refused(Exception):
    """The application would not sign the person in, and this is why."""


def demand(condition: object, reason: str) -> None:
    """Refuse for `reason` unless `condition` holds."""
    if not condition:
        raise Refused(reason)


def call(method: str, url: str, *, timeout: float = 10, status: int = 200, **options: Any) -> requests.Response:
    """One request whose answer has to come from `url` itself and has to be a success."""
    answer = requests.request(method, url, timeout=timeout, allow_redirects=False, **options)
    demand(not 300 <= answer.status_code < 400, f"{url} answers with a redirect")
    demand(answer.status_code == status, f"{url} answers {answer.status_code}: {answer.text[:200]}")
    demand(media_type(answer) == "application/json", f"{url} does not answer with JSON")
    return answer


def media_type(answer: requests.Response) -> str:
    """The content type without its parameters."""
    return answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def bearer(access_token: str) -> dict[str, str]:
    """The header that shows an access token."""
    return {"Authorization": f"Bearer {access_token}"}


def verifier_and_challenge(length: int = 43) -> tuple[str, str]:
    """A PKCE verifier of `length` characters and its S256 challenge, RFC 7636 4.1 and 4.2."""
    verifier = secrets.token_urlsafe(96)[:length]
    return verifier, unpadded(hashlib.sha256(verifier.encode()).digest())


def at_hash(access_token: str, alg: str) -> str:
    """The left half of the token's digest by the ID token's algorithm, OIDC Core 3.1.3.6."""
    digest = hashlib.new("sha512" if alg == "EdDSA" else f"sha{alg[2:]}", access_token.encode())
    return unpadded(digest.digest()[: digest.digest_size // 2])


def unpadded(value: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def decode(part: str) -> bytes:
    """A part of a compact JWT as bytes."""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def answer_in(arrived_at: str, redirect_uri: str) -> dict[str, str]:
    """The parameters that were added to the redirect URI, which has to be there untouched."""
    separator = "&" if "?" in redirect_uri else "?"
    demand(arrived_at.startswith(redirect_uri + separator), f"not our redirect URI: {arrived_at}")
    added = arrived_at[len(redirect_uri) + 1 :]
    demand("#" not in added, "the answer came with a fragment")
    pairs = parse_qsl(added, keep_blank_values=True, strict_parsing=True)
    demand(len(dict(pairs)) == len(pairs), "a parameter came twice")
    return dict(pairs)
