"""Logout tokens (OIDC Back-Channel Logout 2.4)."""

from __future__ import annotations

from idp import opaque
from idp.oidc.jwt import RS256
from idp.oidc.keys import KeySet
from idp.storage.models import Client, LogoutDelivery

LIFETIME = 120  # seconds, from the moment it is sent; the same section recommends no more
EVENT = "http://schemas.openid.net/event/backchannel-logout"
TYPE = "logout+jwt"  # keeps it from passing as an ID token


def logout_token(delivery: LogoutDelivery, client: Client, *, issuer: str, keys: KeySet, now: int) -> str:
    """What tells an application that a session is over; another one at each try, as some take the same one for a replay."""
    # Both `sub` and `sid`: some applications look for one of them only. Never a nonce, which ID tokens have.
    claims = {
        "iss": issuer,
        "sub": delivery.sub,
        "aud": client.client_id,
        "iat": now,
        "exp": now + LIFETIME,
        "jti": opaque.identifier(),
        "sid": delivery.sid,
        "events": {EVENT: {}},
    }
    # Where keys of its algorithm have been taken away meanwhile, the one that everybody knows has to do.
    alg = client.id_token_alg if client.id_token_alg in keys.algorithms() else RS256
    return keys.sign(alg, claims, typ=TYPE)
