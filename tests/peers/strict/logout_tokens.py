"""Receivers of logout tokens, each with the rules of one application and a library of its own kind.

What they look at is told in the names of the checks; none of them signs anything, and none shares code with the provider.
"""

import abc
import json
import time
from collections.abc import Callable
from typing import Any

import jwt as pyjwt
from joserfc import jws
from joserfc import jwt as joserfc_jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from . import flowfin
from .wire import call, decode, demand

EVENT = "http://schemas.openid.net/event/backchannel-logout"
MOST_AGE = 120  # seconds; Immich


class Receiver(abc.ABC):
    """One application as its back-channel endpoint sees a provider."""

    def __init__(self, issuer: str, client_id: str) -> None:
        self.issuer, self.client_id = issuer, client_id
        self.seen: set[str] = set()
        self.known_keys: dict[str, Any] = {}

    def jwks(self) -> dict[str, Any]:
        """The provider's published keys, fetched when they aren't known yet."""
        if not self.known_keys:
            discovery = call("GET", f"{self.issuer}/.well-known/openid-configuration").json()
            demand(discovery["backchannel_logout_supported"] is True, "sign-outs aren't announced")
            self.known_keys = call("GET", discovery["jwks_uri"]).json()
        return self.known_keys

    @abc.abstractmethod
    def check(self, token: str) -> dict[str, Any]:
        """The claims of a token that this application would act on; raises Refused."""

    def check_for_everybody(self, claims: dict[str, Any]) -> None:
        """What all of them demand (Back-Channel Logout 2.6)."""
        demand(claims.get("iss") == self.issuer, "iss is not the issuer")
        audience = claims.get("aud")
        demand(self.client_id in (audience if isinstance(audience, list) else [audience]), "aud is not the client")
        events = claims.get("events")
        demand(isinstance(events, dict) and list(events) == [EVENT], "events is another one")
        demand(events[EVENT] == {}, "the event is not empty")
        demand("nonce" not in claims, "a logout token has no nonce")
        demand(claims.get("sub") or claims.get("sid"), "neither sub nor sid")

    def check_fresh(self, claims: dict[str, Any]) -> None:
        """No token twice."""
        jti = claims.get("jti")
        demand(isinstance(jti, str) and jti, "jti is missing")
        demand(jti not in self.seen, "jti was used before")
        self.seen.add(str(jti))


class Flowfin(Receiver):
    """The Jellyfin plugin: strict JSON, strict header, one fitting key, each jti once."""

    def check(self, token: str) -> dict[str, Any]:
        header_part, payload_part, _ = token.split(".")
        header = flowfin.read_json(decode(header_part))
        demand(str(header.get("typ", "logout+jwt")).lower() == "logout+jwt", "typ is not a logout token's")
        flowfin.check_header({**header, "typ": "JWT"})
        try:
            jws.deserialize_compact(token, flowfin.choose_key(self.jwks()["keys"], header), algorithms=[header["alg"]])
        except JoseError as refused:
            demand(False, f"the signature does not verify: {refused}")
        claims = flowfin.read_json(decode(payload_part))
        self.check_for_everybody(claims)
        demand(claims["exp"] > time.time() - flowfin.SKEW, "the token has expired")
        self.check_fresh(claims)
        return claims


class Immich(Receiver):
    """jose's jwtVerify with the algorithm of the ID token and a maximal age."""

    def __init__(self, issuer: str, client_id: str, algorithm: str = "RS256") -> None:
        super().__init__(issuer, client_id)
        self.algorithm = algorithm

    def check(self, token: str) -> dict[str, Any]:
        parsed = jws.deserialize_compact(token, KeySet.import_key_set(self.jwks()), algorithms=[self.algorithm])
        claims: dict[str, Any] = json.loads(parsed.payload)
        self.check_for_everybody(claims)
        demand(time.time() - MOST_AGE <= claims["iat"] <= time.time() + 5, "iat is too old, or in the future")
        demand(claims["exp"] > time.time(), "the token has expired")
        return claims


class Nextcloud(Receiver):
    """user_oidc, whose library is PHP's; PyJWT demands the same."""

    def check(self, token: str) -> dict[str, Any]:
        kid = pyjwt.get_unverified_header(token)["kid"]
        claims: dict[str, Any] = pyjwt.decode(
            token, pyjwt.PyJWKSet.from_dict(self.jwks())[kid].key, algorithms=["RS256", "ES256"], leeway=60,
            audience=self.client_id, options={"require": ["iss", "aud", "iat", "exp", "jti", "events"]},
        )  # fmt: skip
        self.check_for_everybody(claims)
        return claims


class OpenWebUI(Receiver):
    """PyJWT: the key is found by kid, and a token without sub is refused."""

    def check(self, token: str) -> dict[str, Any]:
        header = pyjwt.get_unverified_header(token)
        demand(header.get("kid"), "kid is missing")
        key = next(key for key in pyjwt.PyJWKSet.from_dict(self.jwks()).keys if key.key_id == header["kid"])
        claims: dict[str, Any] = pyjwt.decode(
            token, key.key, algorithms=["RS256", "ES256"], audience=self.client_id, issuer=self.issuer,
            options={"require": ["iss", "aud", "iat", "events", "sub"]},
        )  # fmt: skip
        self.check_for_everybody(claims)
        return claims


class Synapse(Receiver):
    """joserfc, the successor of Authlib's; only sessions that it knows by sid can be ended."""

    def check(self, token: str) -> dict[str, Any]:
        parsed = joserfc_jwt.decode(token, KeySet.import_key_set(self.jwks()), algorithms=["RS256"])
        demand(parsed.header.get("typ", "logout+jwt") == "logout+jwt", "typ is not a logout token's")
        self.check_for_everybody(parsed.claims)
        joserfc_jwt.JWTClaimsRegistry(iss={"essential": True, "value": self.issuer}).validate(parsed.claims)
        demand(isinstance(parsed.claims.get("sid"), str), "sid is missing")
        return parsed.claims


KINDS: dict[str, Callable[[str, str], Receiver]] = {
    "flowfin": Flowfin, "immich": Immich, "nextcloud": Nextcloud, "open-webui": OpenWebUI, "synapse": Synapse,
}  # fmt: skip
