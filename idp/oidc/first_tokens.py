"""What comes of a sign-in that is through: its first tokens, once, whichever kind of code fetches them."""

from __future__ import annotations

from typing import Any

from idp import activity, opaque
from idp.oidc import client_health, rotation, tokens
from idp.oidc.client_call import ClientCall
from idp.oidc.scopes import OPENID
from idp.storage import access_tokens, grants
from idp.storage.database import transaction
from idp.storage.models import Grant, User


def give(call: ClientCall, grant: Grant, user: User, grant_type: str) -> dict[str, Any] | None:
    """The token answer for a grant whose code is right; None when the code has been used up meanwhile.

    The tokens are made before the code is used up, so no failure costs the client its code, and no write waits for a
    signature.
    """
    client, now = call.client, call.now
    access_token = tokens.access_token(
        tokens.new_handle(), issuer=call.issuer, keys=call.keys, client=client, grant=grant, user=user,
        scopes=grant.scopes, now=now,
    )  # fmt: skip
    answer: dict[str, Any] = {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": tokens.ACCESS_TOKEN_LIFETIME,
        "scope": " ".join(grant.scopes),
    }
    if OPENID in grant.scopes:
        answer["id_token"] = tokens.id_token(
            issuer=call.issuer, keys=call.keys, client=client, user=user, grant=grant,
            scopes=grant.scopes, nonce=grant.nonce, access_token=access_token, now=now,
        )  # fmt: skip
    with transaction():
        if not grants.use_code(grant.id, now):
            return None
        if rotation.is_for(client, grant.scopes):
            answer["refresh_token"] = rotation.start(grant, now)
        client_health.used(client, now)
        access_tokens.add(opaque.digest(access_token), grant.id, now + tokens.ACCESS_TOKEN_LIFETIME)
        activity.record(
            "token.issued", attempt=grant.attempt, user=user.username, client=client.client_id,
            address=call.address, grant_type=grant_type,
        )  # fmt: skip
    return answer
