"""ZL154/JellyfinSecurity: no redirect anywhere, a fresh ID token with its nonce, and the MFA rule."""

import json
import secrets
import time
from typing import Any
from urllib.parse import urlencode

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from .wire import answer_in, at_hash, bearer, call, decode, demand, verifier_and_challenge

ALGORITHMS = tuple(f"{family}{size}" for family in ("RS", "PS", "ES") for size in (256, 384, 512))
ENOUGH = frozenset({"mfa", "hwk", "otp", "sca"})
SKEW = 2 * 60  # seconds
OLDEST_ID_TOKEN = 10 * 60  # seconds since iat
TOKEN_TIMEOUT = 15  # seconds


def shows_two_factors(claims: dict[str, Any]) -> bool:
    """Whether `amr` in the ID token, an array or one string, names a strong enough method."""
    amr = claims.get("amr", [])
    return bool(ENOUGH & set([amr] if isinstance(amr, str) else amr))


def groups_of(claims: dict[str, Any]) -> set[str]:
    """`groups`, `roles` and Keycloak's nested roles; commas separate, also inside an array."""
    found = [claims.get("groups", []), claims.get("roles", [])]
    found.append(claims.get("realm_access", {}).get("roles", []))
    found += [app.get("roles", []) for app in claims.get("resource_access", {}).values()]
    names: set[str] = set()
    for value in found:
        for entry in [value] if isinstance(value, str) else value:
            names |= {name.strip().lower() for name in entry.split(",") if name.strip()}
    return names


def linkable_email(claims: dict[str, Any]) -> str | None:
    """The address that may find an existing account: only a verified one."""
    return claims.get("email") if claims.get("email_verified") in (True, "true") else None


def check_claims(claims: dict[str, Any], issuer: str, client_id: str, nonce: str, now: float) -> None:
    """Issuer, audience, lifetime, age and nonce of an ID token."""
    demand(claims.get("iss") == issuer, "iss is not the issuer of the discovery document")
    demand(claims.get("aud") in (client_id, [client_id]), "aud is not the client")
    demand(claims.get("exp", 0) > now - SKEW, "the ID token has expired")
    demand(claims.get("nbf", now) <= now + SKEW, "the ID token is not valid yet")
    issued_at = claims.get("iat")
    demand(isinstance(issued_at, int), "iat is missing")
    demand(now - OLDEST_ID_TOKEN <= claims["iat"] <= now + SKEW, "iat is not fresh")
    demand(secrets.compare_digest(str(claims.get("nonce", "")), nonce), "the nonce is another one")


class Plugin:
    """One provider as the plugin knows it."""

    def __init__(
        self,
        issuer: str,
        client: dict[str, Any],
        *,
        require_idp_mfa: bool = False,
        allowed_groups: frozenset[str] = frozenset(),
    ) -> None:
        self.issuer = issuer
        self.client = client
        self.require_idp_mfa = require_idp_mfa
        self.allowed_groups = allowed_groups
        self.redirect_uri: str = client["redirect_uris"][0]

    def start(self, **extra: str) -> str:
        """The URL to send the browser to; `extra` holds prompt or acr_values."""
        self.discovery = call("GET", f"{self.issuer}/.well-known/openid-configuration").json()
        demand(self.discovery["issuer"] == self.issuer, "the issuer is another one")
        self.verifier, challenge = verifier_and_challenge(43)
        self.state, self.nonce = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        query = {
            "response_type": "code",
            "client_id": self.client["client_id"],
            "redirect_uri": self.redirect_uri,
            "scope": "openid profile email groups roles",
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **extra,
        }
        return str(self.discovery["authorization_endpoint"]) + "?" + urlencode(query)

    def session_check(self, arrived_at: str) -> str:
        """What the onboarding check with prompt=none learned: the error, or `signed_in`."""
        answer = answer_in(arrived_at, self.redirect_uri)
        demand(answer.get("state") == self.state, "the state is another one")
        return answer.get("error", "signed_in")

    def callback(self, arrived_at: str) -> dict[str, Any]:
        """The person, as the plugin links her."""
        answer = answer_in(arrived_at, self.redirect_uri)
        demand(answer.get("state") == self.state, "the state is another one")
        demand("error" not in answer, f"the provider says {answer}")
        tokens = self._tokens(answer["code"])
        claims = self._verify(tokens["id_token"])
        if "at_hash" in claims:
            alg = json.loads(decode(tokens["id_token"].split(".")[0]))["alg"]
            demand(claims["at_hash"] == at_hash(tokens["access_token"], alg), "at_hash is wrong")
        if self.require_idp_mfa:
            demand(shows_two_factors(claims), f"amr {claims.get('amr')} shows no second factor")
        headers = bearer(tokens["access_token"])
        userinfo = call("GET", self.discovery["userinfo_endpoint"], headers=headers).json()
        groups = groups_of(claims) or groups_of(userinfo)
        if self.allowed_groups:
            demand(self.allowed_groups & groups, f"none of the groups {groups} may come in")
        return {"sub": claims["sub"], "email": linkable_email(claims), "groups": groups}

    def _tokens(self, code: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "client_id": self.client["client_id"],
            "client_secret": self.client["client_secret"],
            "code_verifier": self.verifier,
        }
        endpoint = self.discovery["token_endpoint"]
        tokens = call("POST", endpoint, data=form, timeout=TOKEN_TIMEOUT).json()
        demand(isinstance(tokens.get("id_token"), str), "id_token is not a string")
        return dict(tokens)

    def _verify(self, id_token: str) -> dict[str, Any]:
        demand(id_token.count(".") == 2, "an encrypted ID token is not accepted")
        keys = KeySet.import_key_set(call("GET", self.discovery["jwks_uri"]).json())
        try:
            parsed = jws.deserialize_compact(id_token, keys, algorithms=list(ALGORITHMS))
        except (JoseError, ValueError) as refused:
            demand(False, f"the signature does not verify: {refused}")
        claims: dict[str, Any] = json.loads(parsed.payload)
        check_claims(claims, self.issuer, self.client["client_id"], self.nonce, time.time())
        return claims
