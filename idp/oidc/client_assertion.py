"""Clients that prove themselves by a key of theirs: private_key_jwt (OIDC Core 9, RFC 7521 4.2, RFC 7523 3).

What is told of a refusal before the signature is verified is the same for all reasons; after it, the client learns which.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from idp.errors import TokenError
from idp.oidc import client_keys, jwt
from idp.storage import clients, used_assertions
from idp.storage.models import Client

PRIVATE_KEY_JWT = "private_key_jwt"
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_LIFETIME = 3_600  # seconds; how long the `jti` of one has to be remembered
LONGEST_JTI = 255  # characters
_TYPES = (None, "jwt", "client-authentication+jwt")  # never the type of another kind of JWT (RFC 8725 3.11)
_FAILED = "The client is unknown, or its assertion can not be verified."


def is_in(form: Mapping[str, str]) -> bool:
    """Whether a form has an assertion in it, or a part of one."""
    return "client_assertion" in form or "client_assertion_type" in form


def authenticate(form: Mapping[str, str], audiences: Collection[str], now: int) -> Client:
    """The client whose key signed the assertion in a form, which is used up by that; raises TokenError."""
    token = _token(form)
    client_id = _subject(token)
    if form.get("client_id", client_id) != client_id:  # RFC 7521 4.2
        raise _failed("assertion_of_another_client", form["client_id"])
    client = clients.by_id(client_id)
    if client is None:
        raise _failed("unknown_client", client_id)
    if client.disabled_at is not None:
        raise _failed("client_disabled", client_id)
    if client.auth_method != PRIVATE_KEY_JWT:
        raise _failed("wrong_method_private_key_jwt", client_id)
    _verify(client, token)
    if wrong := _wrong(token.claims, audiences, now):
        raise _failed(wrong[0], client_id, wrong[1])
    # The last of the checks, so that an assertion which is refused isn't used up.
    if not used_assertions.use(client_id, token.claims["jti"], int(token.claims["exp"]) + jwt.SKEW + 1):
        raise _failed(
            "assertion_used", client_id, "The client assertion has been used before. Make a new one each time."
        )
    return client


def _token(form: Mapping[str, str]) -> jwt.Unverified:
    if form.get("client_assertion_type") != TYPE:
        raise TokenError(
            "invalid_client", "The client_assertion_type has to be that of a JWT.", status=401, reason="assertion_type"
        )
    try:
        return jwt.take_apart(form.get("client_assertion", ""))
    except ValueError:
        raise _failed("assertion_malformed") from None


def _subject(token: jwt.Unverified) -> str:
    issuer, subject = token.claims.get("iss"), token.claims.get("sub")
    if not isinstance(subject, str) or issuer != subject:
        raise _failed("assertion_malformed")
    if jwt.type_of(token.header) not in _TYPES:
        raise _failed("assertion_malformed", subject)
    return subject


def _verify(client: Client, token: jwt.Unverified) -> None:
    try:
        if client_keys.verify(client, token):
            return
    except client_keys.Unreachable as problem:
        raise _failed("keys_unreachable", client.client_id, noted={"problem": str(problem)}) from None
    raise _failed("assertion_signature", client.client_id)


def _wrong(claims: Mapping[str, Any], audiences: Collection[str], now: int) -> tuple[str, str] | None:
    """What speaks against a genuine assertion: the reason and a sentence."""
    if not any(each in audiences for each in jwt.audience_of(claims)):
        return "assertion_audience", "The aud of the client assertion is neither the issuer nor this endpoint."
    if (wrong := jwt.untimely(claims, now)) is not None:
        return "assertion_time", f"The {wrong} of the client assertion is not right. Check the clocks."
    if "exp" not in claims or claims["exp"] > now + LONGEST_LIFETIME + jwt.SKEW:
        return "assertion_time", "The client assertion has to expire, within an hour."
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= LONGEST_JTI:
        return "assertion_malformed", "The client assertion has no jti, or one that is too long."
    return None


def _failed(
    reason: str, client_id: str | None = None, description: str = _FAILED, *, noted: Mapping[str, str] | None = None
) -> TokenError:
    return TokenError("invalid_client", description, status=401, reason=reason, noted=noted, client_id=client_id)
