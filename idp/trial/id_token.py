"""An ID token as an application has to verify it: every rule of OIDC Core 3.1.3.7, each a question with an answer."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from idp import foreign_json
from idp.trial import published_keys
from idp.trial.step import Step

LEEWAY = 60  # seconds that two clocks may differ
ALG = "RS256"  # what the built-in application is registered for, and what is usual (OIDC Core 3.1.3.7, rule 7)


@dataclass(frozen=True, slots=True)
class Expected:
    """What the application knows before the token arrives."""

    issuer: str
    client_id: str
    nonce: str
    max_age: int | None = None
    acr: str | None = None
    prompted: bool = False
    began_at: int = 0


def verify(
    token: object, keys: list[dict[str, Any]], access_token: str, expected: Expected, now: int, step: Step
) -> str:
    """The subject of a token that was looked at in every way, or an empty text when it can't even be read."""
    parts = token.split(".") if isinstance(token, str) else []
    try:
        header, claims = (foreign_json.read_object(published_keys.raw(part)) for part in parts[:2])
        signature = published_keys.raw(parts[2]) if len(parts) == 3 else b""
    except (ValueError, IndexError):
        step.check("readable", False)
        return ""
    step.show("header", header)
    step.show("claims", claims)
    alg, kid = str(header.get("alg")), header.get("kid")
    step.check("alg", alg == ALG, alg=alg)
    message = f"{parts[0]}.{parts[1]}".encode()
    step.check("signature", published_keys.verifies(keys, alg, kid, message, signature), kid=kid)
    step.check("iss", claims.get("iss") == expected.issuer, found=claims.get("iss"), wanted=expected.issuer)
    audience = claims.get("aud")
    step.check("aud", audience in (expected.client_id, [expected.client_id]), found=audience)
    if "azp" in claims:
        step.check("azp", claims["azp"] == expected.client_id, found=claims["azp"])
    _times(claims, now, step)
    step.check("nonce", claims.get("nonce") == expected.nonce)
    step.check("at_hash", claims.get("at_hash") == _half_hash(access_token))
    _who_was_asked(claims, expected, now, step)
    sub = claims.get("sub")
    step.check("sub", isinstance(sub, str) and 0 < len(sub) <= 255)
    return str(sub or "")


def _times(claims: dict[str, Any], now: int, step: Step) -> None:
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int) or not isinstance(expires, int):
        step.check("times", False, seconds="–")
        return
    step.check("times", expires > now - LEEWAY and abs(now - issued) <= 2 * LEEWAY, seconds=issued - now)


def _who_was_asked(claims: dict[str, Any], expected: Expected, now: int, step: Step) -> None:
    at = claims.get("auth_time")
    ago = now - at if isinstance(at, int) else None
    if expected.prompted:
        step.check("prompted", isinstance(at, int) and at >= expected.began_at - LEEWAY)
    if expected.max_age is not None:
        step.check("max_age", ago is not None and ago <= expected.max_age + LEEWAY, ago=ago, wanted=expected.max_age)
    if expected.acr is not None:
        step.check("acr", claims.get("acr") == expected.acr, found=claims.get("acr"), wanted=expected.acr)


def _half_hash(access_token: str) -> str:
    half = hashlib.sha256(access_token.encode()).digest()[:16]  # OIDC Core 3.1.3.6
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()
