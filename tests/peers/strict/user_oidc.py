"""Nextcloud's user_oidc: the longest verifier there may be, always a claims parameter, and the ID token alone."""

import json
import secrets
import time
from typing import Any
from urllib.parse import urlencode

from joserfc import jws
from joserfc.jwk import KeySet

from .wire import answer_in, call, demand, verifier_and_challenge

LEEWAY = 60  # seconds
ASKED = {"email": None, "name": None, "quota": None, "groups": None}
POST = "client_secret_post"


class Nextcloud:
    """One provider of the user backend."""

    def __init__(self, discovery_url: str, client: dict[str, Any], *, scope: str, mapping_uid: str) -> None:
        self.discovery_url, self.client, self.scope, self.mapping_uid = discovery_url, client, scope, mapping_uid
        self.redirect_uri: str = client["redirect_uris"][0]

    def start(self) -> str:
        """The URL to send the browser to."""
        self.discovery = call("GET", self.discovery_url).json()
        self.state, self.nonce = secrets.token_hex(16), secrets.token_hex(16)
        self.verifier, challenge = verifier_and_challenge(128)
        claims = {"id_token": {**ASKED, self.mapping_uid: {"essential": True}}, "userinfo": ASKED}
        query = {
            "client_id": self.client["client_id"], "response_type": "code", "scope": self.scope,
            "redirect_uri": self.redirect_uri, "claims": json.dumps(claims), "state": self.state, "nonce": self.nonce,
        }  # fmt: skip
        if "S256" in self.discovery.get("code_challenge_methods_supported", ()):
            query |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        return f"{self.discovery['authorization_endpoint']}?{urlencode(query)}"

    def callback(self, arrived_at: str) -> dict[str, Any]:
        """The person, by what stands in the ID token."""
        answer = answer_in(arrived_at, self.redirect_uri)
        demand(answer.get("state") == self.state, "the state is another one")
        form = {"code": answer["code"], "redirect_uri": self.redirect_uri, "grant_type": "authorization_code",
                "code_verifier": self.verifier}  # fmt: skip
        id_and_secret = (self.client["client_id"], self.client["client_secret"])
        if POST in self.discovery.get("token_endpoint_auth_methods_supported", ()):
            form |= dict(zip(("client_id", "client_secret"), id_and_secret, strict=True))
            tokens = call("POST", self.discovery["token_endpoint"], data=form).json()
        else:
            tokens = call("POST", self.discovery["token_endpoint"], data=form, auth=id_and_secret).json()
        keys = KeySet.import_key_set(call("GET", self.discovery["jwks_uri"]).json())
        parsed = jws.deserialize_compact(tokens["id_token"], keys, algorithms=["RS256", "ES256"])
        claims: dict[str, Any] = json.loads(parsed.payload)
        demand(claims["exp"] > time.time() - LEEWAY, "the token expired")
        demand(claims["iss"] == self.discovery["issuer"], "the issuer does not match")
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        demand(self.client["client_id"] in audience, "the audience does not match")
        demand(claims.get("azp", self.client["client_id"]) == self.client["client_id"], "azp is not the client")
        demand(claims.get("nonce") == self.nonce, "the nonce does not match")
        demand(claims.get(self.mapping_uid), f"{self.mapping_uid} is missing in the ID token")
        return {"uid": claims[self.mapping_uid], "email": claims.get("email"), "groups": claims.get("groups", [])}
