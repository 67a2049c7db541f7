"""Seerr (Jellyseerr): a redirect URI with a query, no PKCE, no nonce, and a minute for everything."""

import json
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from .wire import Refused, answer_in, bearer, call, decode, demand

STATE_LIFETIME = 60  # seconds, the maxAge of its state cookie
OLDEST_ID_TOKEN = 24 * 60 * 60  # seconds since iat


class Conflict(Refused):
    """409: the address belongs to another account already."""


def redirect_uri(app: str, provider: str) -> str:
    """The callback of one provider, in the query of the sign-in page."""
    return f"{app}/login?provider={provider}&callback=true"


def check_claims(claims: dict[str, Any], issuer: str, client_id: str, now: float) -> None:
    """iss, aud, exp and iat of the ID token; its signature is not looked at."""
    demand(claims.get("iss") in (issuer, issuer + "/"), "iss is not the configured issuer")
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    demand(isinstance(audiences, list) and client_id in audiences, "aud is not the client")
    demand(claims.get("exp", 0) > now, "the ID token has expired")
    demand(claims.get("iat", 0) > now - OLDEST_ID_TOKEN, "the ID token is a day old")


class Seerr:
    """One Seerr with one provider, and the accounts it has made."""

    def __init__(
        self,
        issuer: str,
        client: dict[str, Any],
        *,
        required_claims: tuple[str, ...] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.issuer = issuer
        self.client = client
        self.required_claims = required_claims
        self.clock = clock
        self.redirect_uri: str = client["redirect_uris"][0]
        self.accounts: dict[str, dict[str, Any]] = {}

    def start(self) -> str:
        """The URL to send the browser to; the state goes into a cookie with a maxAge."""
        self.discovery = call("GET", f"{self.issuer}/.well-known/openid-configuration").json()
        self.state = secrets.token_hex(32)
        self.state_expires_at = self.clock() + STATE_LIFETIME
        query = {
            "response_type": "code",
            "client_id": self.client["client_id"],
            "redirect_uri": self.redirect_uri,
            "scope": "openid profile email",
            "state": self.state,
        }
        return f"{self.discovery['authorization_endpoint']}?{urlencode(query)}"

    def callback(self, arrived_at: str) -> dict[str, Any]:
        """The account this sign-in opens, made or found by its subject."""
        answer = answer_in(arrived_at, self.redirect_uri)
        demand(self.clock() < self.state_expires_at, "the state cookie has expired")
        demand(answer.get("state") == self.state, "the state is another one")
        demand("error" not in answer, f"the provider says {answer}")
        form = {
            "client_secret": self.client["client_secret"],
            "grant_type": "authorization_code",
            "redirect_uri": self.redirect_uri,
            "client_id": self.client["client_id"],
            "code": answer["code"],
        }
        tokens = call("POST", self.discovery["token_endpoint"], data=form).json()
        claims = json.loads(decode(tokens["id_token"].split(".")[1]))
        check_claims(claims, self.issuer, self.client["client_id"], self.clock())
        headers = bearer(tokens["access_token"])
        userinfo = call("GET", self.discovery["userinfo_endpoint"], headers=headers).json()
        return self._account({**claims, **userinfo})

    def _account(self, claims: dict[str, Any]) -> dict[str, Any]:
        for name in self.required_claims:
            demand(claims.get(name) is True, f"{name} is not the JSON boolean true")
        email = claims.get("email")
        demand(isinstance(email, str) and email, "email is required")
        for sub, account in self.accounts.items():
            if sub != claims["sub"] and account["email"] == email:
                raise Conflict(f"409: {email} belongs to another account")
        return self.accounts.setdefault(claims["sub"], {"email": email, "claims": claims})
