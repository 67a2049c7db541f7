"""The public keys of clients: what may be registered, and whether a JWT is signed by one of them (RFC 7517, RFC 7515).

A key is only ever one that is registered, or that lies at the registered address: what a JWT's own header names or brings
along (jwk, jku, x5u, x5c) is never looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from idp.errors import OutgoingError
from idp.oidc import fetched_keys, jwk, jwt
from idp.oidc.jwt import PublicKey, Unverified
from idp.storage.models import Client

MOST = 20  # keys of a client; each may have to be tried
LONGEST = 16_384  # characters of a key set, which is kept in the client's row

Keys = Sequence[Mapping[str, Any]]


class Unreachable(Exception):
    """That the keys of a client can't be had, and why: a sentence for the administrator."""


def problem(jwks: Any) -> str | None:
    """The sentence that says why a JWK Set can't be registered, or None."""
    keys = jwks.get("keys") if isinstance(jwks, dict) else None
    if not isinstance(keys, list) or not keys or not all(isinstance(key, dict) for key in keys):
        return 'Public keys are given as a JWK Set: {"keys": [...]} with at least one key.'
    if any(jwk.PRIVATE_MEMBERS & key.keys() for key in keys):
        return (
            "There is a private or secret key in this set. Only the public half belongs here; make a new pair, as this one has "
            "left its machine."
        )
    if len(keys) > MOST or len(json.dumps(jwks)) > LONGEST:
        return f"A client has at most {MOST} keys, with {LONGEST} characters together."
    if not _can_be_written(jwks):
        return "A key set has texts, numbers and lists of them in it; leave out what is null, and what can't be seen."
    if not any(_is_for_signing(key) for key in keys):
        return f"None of the keys can be used for signing. {jwk.NO_KEY}"
    return None


def verify(client: Client, token: Unverified, *, only: str | None = None) -> bool:
    """Whether a JWT is signed by a key of this client, with the algorithm `only` or any that we read; raises Unreachable."""
    alg = token.header.get("alg")
    if (
        alg not in jwt.READ
        or (only is not None and not jwt.same_alg(alg, only))
        or token.header.keys() & {"crit", "b64"}
    ):
        return False
    if client.jwks is not None:
        return _is_by_one_of(client.jwks["keys"], token)
    if client.jwks_uri is None:
        return False
    try:
        if _is_by_one_of(fetched_keys.at(client.jwks_uri), token):
            return True
        return _is_by_one_of(fetched_keys.again(client.jwks_uri), token)  # OIDC Core 10.1.1: it may have changed them
    except OutgoingError as error:
        raise Unreachable(str(error)) from None


def _is_by_one_of(keys: Keys, token: Unverified) -> bool:
    return any(
        jwt.verify_by(key, token.header["alg"], token.message, token.signature) for key in _fitting(keys, token.header)
    )


def _fitting(keys: Keys, header: Mapping[str, Any]) -> Iterator[PublicKey]:
    """The keys that may have made a signature: by name where both have one, and by kind."""
    for members in keys[:MOST]:
        if header.get("kid") is not None and members.get("kid") not in (None, header["kid"]):
            continue
        if "alg" in members and not jwt.same_alg(members["alg"], header["alg"]):
            continue
        if (key := _read(members)) is not None and jwt.fits(key, header["alg"]):
            yield key


def _is_for_signing(members: Mapping[str, Any]) -> bool:
    return _read(members) is not None


def _can_be_written(value: Any) -> bool:
    """Whether a value comes through terminals, pages and TOML, which has no null, as it is."""
    inner = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (
        value is not None
        and not (isinstance(value, str) and not value.isprintable())
        and all(map(_can_be_written, inner))
    )


def _read(members: Mapping[str, Any]) -> PublicKey | None:
    operations = members.get("key_ops", ["verify"])
    if members.get("use", "sig") != "sig" or not isinstance(operations, list) or "verify" not in operations:
        return None
    try:
        return jwk.read(members)
    except ValueError:
        return None
