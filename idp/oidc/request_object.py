"""Request objects by value: an authorization request as a JWT that its client has signed (RFC 9101, OIDC Core 6.1)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from idp.errors import AuthorizationError, PageError
from idp.oidc import authorization, client_keys, jwt, redirect_uris
from idp.oidc.authorization_response import Target
from idp.storage.models import Client

LONGEST = 32_768  # characters; pushed ones may be longer than a query can be
_TYPES = (None, "jwt", "oauth-authz-req+jwt")  # never the type of another kind of JWT (RFC 8725 3.11)
_NESTED = ("request", "request_uri")  # RFC 9101 4
_INSIDE = authorization.PARAMETERS - {*_NESTED, "registration"}
_CONTROL = re.compile("[\x00-\x1f\x7f]")


def opened(client: Client, parameters: dict[str, str], *, issuer: str, now: int) -> dict[str, str]:
    """The parameters with those of the request object in their place; the same ones where there is none.

    Raises AuthorizationError, though nobody has looked yet at where answers go: see `target_of_refusal`.
    """
    if "request" not in parameters:
        return parameters
    if client.jwks is None and client.jwks_uri is None:
        raise AuthorizationError("request_not_supported", "This client has no keys for request objects.")
    claims = _verified(client, parameters["request"])
    _check(client, claims, parameters, issuer, now)
    outside = {name: value for name, value in parameters.items() if name != "request"}
    inside = {name: _text(name, claims[name]) for name in _INSIDE if claims.get(name) is not None}
    return {**outside, **{name: value for name, value in inside.items() if value}}


def target_of_refusal(client: Client, parameters: Mapping[str, str]) -> Target:
    """Where the refusal of a request object goes: the address beside it, if it's the client's; raises PageError."""
    if redirect_uris.is_registered(client, parameters.get("redirect_uri", "")):
        return authorization.target_of(client, dict(parameters))
    raise PageError(
        "This sign-in link is damaged",
        "%(app)s sent a request that can’t be trusted, so nothing was done.",
        advice=[
            "Go back to the application and start again.",
            "If it happens again, tell the person who runs the application.",
        ],
        values={"app": client.name},
        reason="request_object",
    )


def _verified(client: Client, text: str) -> dict[str, Any]:
    try:
        token = jwt.take_apart(text, longest=LONGEST)
    except ValueError:
        raise _wrong("The request object is not a signed JWT.") from None
    if jwt.type_of(token.header) not in _TYPES:
        raise _wrong("The request object is a JWT of another type.")
    try:
        if client_keys.verify(client, token, only=client.request_object_alg):
            return token.claims
    except client_keys.Unreachable:
        raise _wrong("The keys of the client can not be fetched.") from None
    raise _wrong("The request object is not signed by a key of the client with an algorithm it may use.")


def _check(client: Client, claims: Mapping[str, Any], outside: Mapping[str, str], issuer: str, now: int) -> None:
    if claims.get("iss", client.client_id) != client.client_id:
        raise _wrong("The iss of the request object is not the client.")
    if "aud" in claims and issuer not in jwt.audience_of(claims):
        raise _wrong("The aud of the request object is not this issuer.")
    if jwt.untimely(claims, now) is not None:
        raise _wrong("The request object is not good at this time.")
    # RFC 9101 10.8: or it could be used as a client assertion, and an assertion as this.
    if claims.get("sub") == client.client_id:
        raise _wrong("The sub of the request object is the client.")
    if any(name in claims for name in _NESTED):
        raise _wrong("A request object can not contain another one.")
    for name in ("client_id", "response_type"):  # OIDC Core 6.1
        if name in claims and name in outside and claims[name] != outside[name]:
            raise _wrong(f"The {name} inside the request object is another one.")


def _text(name: str, value: Any) -> str:
    """A member as the same parameter would be sent."""
    if name == "claims" and isinstance(value, dict):
        return json.dumps(value)
    if name == "max_age" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or _CONTROL.search(value) or (not value.isascii() and _is_half(value)):
        raise _wrong(f"The {name} in the request object is of the wrong kind.")
    return value


def _is_half(text: str) -> bool:
    """Whether there is half a character in it, which no parameter could have."""
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def _wrong(description: str) -> AuthorizationError:
    return AuthorizationError("invalid_request_object", description)
