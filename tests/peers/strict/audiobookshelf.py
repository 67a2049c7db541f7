"""Audiobookshelf: openid-client 5 with Basic, everything from userinfo, and rights by three groups with fixed names."""

import json
import secrets
from typing import Any
from urllib.parse import quote_plus, urlencode

from joserfc import jws
from joserfc.jwk import KeySet

from .wire import answer_in, bearer, call, demand, verifier_and_challenge

LISTS = ("allowedLibraries", "allowedTags")
PERMISSIONS = (
    "canDownload", "canUpload", "canDelete", "canUpdate", "canAccessExplicitContent", "canAccessAllLibraries",
    "canAccessAllTags", "canCreateEReader", "tagsAreDenylist", *LISTS,
)  # fmt: skip
ROLES = ("admin", "user", "guest")


class Audiobookshelf:
    """One server; what its Auto-populate button reads comes from the issuer."""

    def __init__(
        self, issuer: str, client: dict[str, Any], *, algorithm: str, group_claim: str = "", permissions_claim: str = ""
    ) -> None:
        self.issuer, self.client, self.algorithm = issuer, client, algorithm
        self.group_claim, self.permissions_claim = group_claim, permissions_claim
        self.discovery = call("GET", f"{issuer}/.well-known/openid-configuration").json()
        demand(algorithm in self.discovery["id_token_signing_alg_values_supported"], "the algorithm is not offered")

    def start(self, redirect_uri: str) -> str:
        """The URL to send the browser to; the claim's name is sent as a scope too."""
        self.redirect_uri, self.state = redirect_uri, secrets.token_urlsafe(24)
        self.verifier, challenge = verifier_and_challenge()
        query = {
            "scope": " ".join(filter(None, ("openid profile email", self.group_claim, self.permissions_claim))), "response_type": "code",
            "client_id": self.client["client_id"], "redirect_uri": redirect_uri, "state": self.state,
            "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{self.discovery['authorization_endpoint']}?{urlencode(query)}"

    def callback(self, arrived_at: str) -> dict[str, Any]:
        """The account and its role."""
        answer = answer_in(arrived_at, self.redirect_uri)
        demand(answer.get("state") == self.state, "state mismatch")
        form = {"grant_type": "authorization_code", "code": answer["code"], "redirect_uri": self.redirect_uri,
                "code_verifier": self.verifier}  # fmt: skip
        auth = (quote_plus(self.client["client_id"]), quote_plus(self.client["client_secret"]))
        tokens = call("POST", self.discovery["token_endpoint"], data=form, auth=auth).json()
        keys = KeySet.import_key_set(call("GET", self.discovery["jwks_uri"]).json())
        claims = json.loads(jws.deserialize_compact(tokens["id_token"], keys, algorithms=[self.algorithm]).payload)
        userinfo = call("GET", self.discovery["userinfo_endpoint"], headers=bearer(tokens["access_token"])).json()
        demand(userinfo["sub"] == claims["sub"], "userinfo is about somebody else")
        demand(userinfo.get("email_verified") is not False, "the address is not verified")
        role = "user"
        if self.group_claim:
            groups = {str(group).lower() for group in userinfo.get(self.group_claim, [])}
            found = [name for name in ROLES if name in groups]
            demand(found, f"none of the groups {ROLES}")
            role = found[0]
        account = {"username": userinfo["preferred_username"], "role": role}
        return account | (
            {"permissions": self._permissions(userinfo)} if self.permissions_claim and role != "admin" else {}
        )

    def _permissions(self, userinfo: dict[str, Any]) -> dict[str, Any]:
        told = userinfo.get(self.permissions_claim)
        demand(isinstance(told, dict) and told, f"the claim {self.permissions_claim} is not found")
        assert isinstance(told, dict)
        for name in told:
            demand(name in PERMISSIONS, f"unexpected permission property {name}")
        return {name: value if name in LISTS else bool(value) for name, value in told.items()}
