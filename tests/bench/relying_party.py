"""The client's side of one sign-in: authorization request, code exchange, check of what came."""

import base64
import hashlib
import json
import secrets
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from tests.bench.browser import Browser
from tests.bench.provider import REDIRECT_URI, Client, Provider
from tests.given import PASSWORD

SCOPE = "openid profile email"
VERIFIER = "bench-0123456789-0123456789-0123456789-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=")
# DER of DigestInfo for SHA-256, RFC 8017 9.2 note 1
SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


def authorization_path(provider: Provider, client: Client, **more: str) -> str:
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": REDIRECT_URI,
        "scope": SCOPE,
        "code_challenge": CHALLENGE.decode(),
        "code_challenge_method": "S256",
        **more,
    }
    return provider.path("authorization_endpoint") + "?" + urlencode(query)


def basic(client: Client) -> str:
    """Both halves are form-encoded first, RFC 6749 2.3.1."""
    pair = f"{quote(client.client_id, '')}:{quote(client.client_secret, '')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def exchange_fields(code: str) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "redirect_uri": REDIRECT_URI,
        "code_verifier": VERIFIER,
        "code": code,
    }


def obtain_code(browser: Browser, provider: Provider, client: Client, user: str, nonce: str) -> str:
    state = secrets.token_urlsafe(16)
    path = authorization_path(provider, client, state=state, nonce=nonce)
    end = browser.walk(path, {"username": user, "password": PASSWORD}, REDIRECT_URI)
    answer = parse_qs(urlsplit(end).query)
    if answer.get("state") != [state] or len(answer.get("code", [])) != 1:
        raise RuntimeError(f"sign-in ended at {end[:300]}")
    return answer["code"][0]


def exchange(browser: Browser, provider: Provider, client: Client, code: str) -> dict[str, str]:
    status, _headers, data = browser.post_form(
        provider.path("token_endpoint"),
        exchange_fields(code),
        {"Authorization": basic(client), "Accept": "application/json"},
    )
    if status != 200:
        raise RuntimeError(f"token endpoint: {status} {data[:300]!r}")
    return dict(json.loads(data))


def sign_in(provider: Provider, client: Client, user: str) -> tuple[Browser, dict[str, str]]:
    """A complete sign-in of a fresh browser, the ID token's claims and signature verified."""
    browser, nonce = Browser(provider), secrets.token_urlsafe(16)
    code = obtain_code(browser, provider, client, user, nonce)
    tokens = exchange(browser, provider, client, code)
    _status, _headers, keys = browser.request("GET", provider.path("jwks_uri"))
    claims = verify(tokens["id_token"], json.loads(keys))
    expected = {"iss": provider.issuer, "aud": client.client_id, "nonce": nonce}
    if {name: claims.get(name) for name in expected} != expected or not claims.get("sub"):
        raise RuntimeError(f"{provider.name}: ID token with {claims}")
    return browser, tokens


def verify(token: str, keys: dict[str, list[dict[str, str]]]) -> dict[str, object]:
    """Claims of an RS256 token signed by one of the keys (RFC 8017 8.2.2 with plain integers)."""
    head, body, signature = token.split(".")
    header = json.loads(_decode(head))
    key = next(k for k in keys["keys"] if k["kid"] == header["kid"] and k["kty"] == "RSA")
    modulus, exponent = (int.from_bytes(_decode(key[name])) for name in "ne")
    size = (modulus.bit_length() + 7) // 8
    shown = pow(int.from_bytes(_decode(signature)), exponent, modulus).to_bytes(size)
    digest = SHA256_PREFIX + hashlib.sha256(f"{head}.{body}".encode()).digest()
    wanted = b"\0\1" + b"\xff" * (size - 3 - len(digest)) + b"\0" + digest
    if header["alg"] != "RS256" or shown != wanted:
        raise RuntimeError("ID token with a wrong signature")
    return dict(json.loads(_decode(body)))


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
