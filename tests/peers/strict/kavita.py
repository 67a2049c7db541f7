"""Kavita: .NET's OpenID Connect handler, which wants its answer posted, keeps all it knows in the state, and reads roles."""

import json
import secrets
from typing import Any
from urllib.parse import urlencode

from joserfc import jws
from joserfc.jwk import KeySet

from .wire import bearer, call, demand, verifier_and_challenge

WISHES = ("openid", "profile", "offline_access", "roles", "email")
STATE_LENGTH = 1_200  # characters; it is the encrypted properties of the sign-in


class Kavita:
    """One server."""

    def __init__(self, authority: str, client: dict[str, Any], *, roles_claim: str) -> None:
        self.authority, self.client, self.roles_claim = authority, client, roles_claim
        self.redirect_uri: str = client["redirect_uris"][0]

    def start(self) -> str:
        """The URL to send the browser to."""
        self.discovery = call("GET", f"{self.authority}/.well-known/openid-configuration").json()
        self.state, self.nonce = secrets.token_urlsafe(STATE_LENGTH)[:STATE_LENGTH], f"6{secrets.token_hex(40)}"
        self.verifier, challenge = verifier_and_challenge()
        query = {
            "client_id": self.client["client_id"], "redirect_uri": self.redirect_uri, "response_type": "code",
            "scope": " ".join(scope for scope in WISHES if scope in self.discovery["scopes_supported"]),
            "code_challenge": challenge, "code_challenge_method": "S256", "response_mode": "form_post",
            "nonce": self.nonce, "state": self.state, "x-client-SKU": "ID_NET9_0", "x-client-ver": "8.0.1.0",
        }  # fmt: skip
        return f"{self.discovery['authorization_endpoint']}?{urlencode(query)}"

    def receive(self, action: str, fields: dict[str, str]) -> dict[str, Any]:
        """What a browser posts to `/signin-oidc`, turned into an account."""
        demand(action == self.redirect_uri, "the answer went elsewhere")
        demand(fields.get("state") == self.state, "unable to unprotect the state")
        demand("error" not in fields, f"the provider says {fields}")
        form = {"client_id": self.client["client_id"], "client_secret": self.client["client_secret"],
                "code": fields["code"], "grant_type": "authorization_code", "redirect_uri": self.redirect_uri,
                "code_verifier": self.verifier}  # fmt: skip
        tokens = call("POST", self.discovery["token_endpoint"], data=form).json()
        keys = KeySet.import_key_set(call("GET", self.discovery["jwks_uri"]).json())
        claims: dict[str, Any] = json.loads(
            jws.deserialize_compact(tokens["id_token"], keys, algorithms=["RS256"]).payload
        )
        demand(claims.get("nonce") == self.nonce, "IDX21323: the nonce is another one")
        userinfo = call("GET", self.discovery["userinfo_endpoint"], headers=bearer(tokens["access_token"])).json()
        demand(userinfo["sub"] == claims["sub"], "IDX21338: userinfo is about somebody else")
        known = {**userinfo, **claims}
        demand(known.get("email"), "missing email")
        demand(known.get("email_verified") is True, "email not verified")
        demand(
            tokens.get("refresh_token") or "offline_access" not in self.discovery["scopes_supported"],
            "nothing to renew with",
        )
        return {"name": known["preferred_username"], "email": known["email"], "roles": known.get(self.roles_claim, [])}
