"""Immich: openid-client 6, which checks what it can, and asks userinfo for nothing once the ID token has an address."""

import json
import secrets
import time
from typing import Any
from urllib.parse import urlencode

from joserfc import jws
from joserfc.jwk import KeySet

from .wire import answer_in, bearer, call, demand, verifier_and_challenge

WELL_KNOWN = "/.well-known/openid-configuration"
ADDRESSES = ("/auth/login", "/user-settings")
APP = "app.immich:///oauth-callback"


class Immich:
    """One Immich; people come from its pages or from the phone app."""

    def __init__(self, issuer_url: str, client: dict[str, Any], app_url: str, *, scope: str, algorithm: str) -> None:
        self.issuer_url, self.client, self.app_url = issuer_url.removesuffix(WELL_KNOWN), client, app_url
        self.scope, self.algorithm = scope, algorithm

    @property
    def redirect_uris(self) -> list[str]:
        """All addresses that its people come back to."""
        return [*(self.app_url + path for path in ADDRESSES), APP]

    def start(self, redirect_uri: str) -> str:
        """The URL to send the browser to."""
        self.redirect_uri = redirect_uri
        self.discovery = call("GET", self.issuer_url + WELL_KNOWN).json()
        demand(self.discovery["issuer"] == self.issuer_url, "the issuer is another one")
        self.state = secrets.token_urlsafe(32)
        self.verifier, challenge = verifier_and_challenge()
        self.seals = "S256" in self.discovery.get("code_challenge_methods_supported", ())
        query = {"client_id": self.client["client_id"], "redirect_uri": redirect_uri, "response_type": "code",
                 "scope": self.scope, "state": self.state}  # fmt: skip
        if self.seals:
            query |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        return f"{self.discovery['authorization_endpoint']}?{urlencode(query)}"

    def callback(self, arrived_at: str) -> dict[str, Any]:
        """What Immich makes a person of."""
        answer = answer_in(arrived_at, self.redirect_uri)
        demand(answer.get("state") == self.state, "unexpected state")
        if self.discovery.get("authorization_response_iss_parameter_supported"):
            demand(answer.get("iss") == self.issuer_url, "iss is missing in the response")
        form = {"grant_type": "authorization_code", "code": answer["code"], "redirect_uri": self.redirect_uri,
                "client_id": self.client["client_id"], "client_secret": self.client["client_secret"]}  # fmt: skip
        form |= {"code_verifier": self.verifier} if self.seals else {}
        tokens = call("POST", self.discovery["token_endpoint"], data=form).json()
        demand(
            tokens["token_type"].lower() == "bearer" and isinstance(tokens["expires_in"], int), "not a token response"
        )
        claims = self._verified(tokens["id_token"])
        if "email" in claims:
            return claims
        userinfo = call("GET", self.discovery["userinfo_endpoint"], headers=bearer(tokens["access_token"])).json()
        demand(userinfo["sub"] == claims["sub"], "userinfo is about somebody else")
        return dict(userinfo)

    def new_account(self, claims: dict[str, Any], *, role_claim: str, quota_claim: str) -> dict[str, Any]:
        """What becomes of somebody who comes for the first time: role and quota (GiB) of another kind are as if not told."""
        role, quota = claims.get(role_claim), claims.get(quota_claim)
        is_quota = isinstance(quota, int | float) and not isinstance(quota, bool) and quota >= 0
        return {"is_admin": role == "admin" if role in ("admin", "user") else False, "quota": quota if is_quota else 0}

    def _verified(self, id_token: str) -> dict[str, Any]:
        keys = KeySet.import_key_set(call("GET", self.discovery["jwks_uri"]).json())
        claims: dict[str, Any] = json.loads(
            jws.deserialize_compact(id_token, keys, algorithms=[self.algorithm]).payload
        )
        for name in ("aud", "exp", "iat", "iss", "sub"):
            demand(name in claims, f"{name} is missing")
        demand(claims["iss"] == self.issuer_url and claims["aud"] in (self.client["client_id"], [self.client["client_id"]]),
               "not for us")  # fmt: skip
        demand("nonce" not in claims, "a nonce that nobody sent")
        demand(claims["exp"] > time.time() - 30, "expired")
        return claims
