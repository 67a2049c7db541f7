"""Reading an ID token that comes back as a hint: our signature, our issuer, a client of ours, whatever its age."""

from __future__ import annotations

from idp.oidc import jwt
from idp.oidc.keys import KeySet
from idp.storage import clients


def subject(hint: str, *, issuer: str, keys: KeySet) -> str:
    """The `sub` that a genuine ID token names; raises ValueError for anything else.

    Expired ones and ones signed by a retired key are genuine (OIDC Core 3.1.2.1); unsigned, encrypted and foreign ones
    are not.
    """
    token = jwt.take_apart(hint)
    if not keys.verify(token):
        raise ValueError("not signed by us")
    if token.header.get("typ") != "JWT" or "exp" not in token.claims:  # access tokens and userinfo are signed too
        raise ValueError("not an ID token")
    sub, aud = token.claims.get("sub"), token.claims.get("aud")
    audience = aud if isinstance(aud, list) else [aud]
    if token.claims.get("iss") != issuer or not isinstance(sub, str):
        raise ValueError("not from us")
    if not any(isinstance(client_id, str) and clients.by_id(client_id) for client_id in audience):
        raise ValueError("not for a client of ours")
    return sub
