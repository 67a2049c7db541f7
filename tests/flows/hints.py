"""ID tokens as an application might send them back: genuine, altered in what is signed, or from elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization

from idp.oidc import jwt
from tests.server import Server


def signed_by(server: Server, claims: dict[str, Any], state: str = "active") -> str:
    """A token over any claims, signed with the provider's own key: who could do that has its key file."""
    folder = Path(server.environ["IDP_KEYS_DIR"])
    entry = next(each for each in json.loads((folder / "keys.json").read_text()) if each["state"] == state)
    key = serialization.load_pem_private_key((folder / f"{entry['kid']}.pem").read_bytes(), None)
    assert isinstance(key, jwt.PrivateKey)
    return compact({"alg": entry["alg"], "kid": entry["kid"], "typ": "JWT"}, claims, key)


def compact(header: dict[str, Any], claims: dict[str, Any], key: jwt.PrivateKey) -> str:
    """A compact JWS."""
    message = ".".join(jwt.b64url(json.dumps(part).encode()) for part in (header, claims))
    return f"{message}.{jwt.b64url(jwt.sign(key, message.encode()))}"
