"""What may stand in a client's metadata about its keys and what it does with them (RFC 7591 2, OIDC Registration 2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from idp.oidc import client_keys, jwt, outgoing
from idp.oidc.client_assertion import PRIVATE_KEY_JWT
from idp.storage.models import Client

_OF_A_KEY = "private_key_jwt needs the application's public keys: as a JWK Set (jwks), or the address where they are (jwks_uri)."


def jwks_problem(jwks: Any) -> str | None:
    """What is wrong with a key set."""
    return None if jwks is None else client_keys.problem(jwks)


def jwks_uri_problem(uri: str | None) -> str | None:
    """What is wrong with the address of a key set, as far as can be told without looking there."""
    return None if uri is None else outgoing.problem_of(uri, outgoing.reach())


def request_object_alg_problem(alg: str | None) -> str | None:
    """What is wrong with the algorithm of request objects."""
    return None if alg is None or alg in jwt.READ else f"{alg!r} is not one of {', '.join(jwt.READ)}."


def contradictions(value: Callable[[str], Any]) -> dict[str, str]:
    """What can't be true of one client together."""
    found = {}
    has_keys = value("jwks") is not None or value("jwks_uri") is not None
    if value("jwks") is not None and value("jwks_uri") is not None:
        found["jwks_uri"] = "Give the keys themselves or their address, not both."
    if value("auth_method") == PRIVATE_KEY_JWT and not has_keys:
        found["auth_method"] = _OF_A_KEY
    if value("request_object_alg") is not None and not has_keys:
        found["request_object_alg"] = "Signed requests need the application's public keys (jwks or jwks_uri)."
    return found


def as_registered(client: Client) -> dict[str, Any]:
    """The members as RFC 7591 2, OIDC Registration 2 and RFC 9126 6 name them."""
    return {
        "jwks": client.jwks,
        "jwks_uri": client.jwks_uri,
        "request_object_signing_alg": client.request_object_alg,
        "require_pushed_authorization_requests": client.require_par or None,
    }
