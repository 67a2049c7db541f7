"""The 9p4 and K0lin Jellyfin plugins: Duende's OidcClient with its default discovery policy.

Pushes its request wherever discovery has an endpoint for that. Signs in with PKCE, without a nonce, sends its secret in
the body, believes the ID token without looking at its signature, and insists on userinfo for the same subject.
"""

import json
import secrets
import time
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from joserfc import jws

from .wire import Refused, answer_in, at_hash, bearer, call, demand, verifier_and_challenge

WELL_KNOWN = "/.well-known/openid-configuration"
STATE_LIFETIME = 60  # seconds; older entries are purged when anybody starts another login


def check_discovery(document: dict[str, Any], authority: str) -> None:
    """DiscoveryPolicy with everything on: issuer name, https, one authority, a key set."""
    authority = authority.removesuffix(WELL_KNOWN).rstrip("/")
    issuer = document.get("issuer")
    demand(isinstance(issuer, str), "issuer is missing")
    demand(str(issuer).rstrip("/") == authority, f"issuer {issuer} is not {authority}")
    for name, value in document.items():
        lowered = name.lower()
        if lowered.endswith("endpoint") or lowered in ("jwks_uri", "check_session_iframe"):
            _check_endpoint(name, value, authority)
    demand(document.get("jwks_uri"), "the key set is missing")


def _check_endpoint(name: str, value: Any, authority: str) -> None:
    demand(isinstance(value, str), f"{name} is not an absolute URL")
    parts = urlsplit(value)
    demand(parts.scheme in ("http", "https") and parts.netloc, f"{name} is not an absolute URL")
    loopback = parts.hostname in ("localhost", "127.0.0.1")
    demand(parts.scheme == "https" or loopback, f"{name} is not https")
    demand(parts.netloc == urlsplit(authority).netloc, f"{name} is on a different host")
    demand(value.startswith(authority), f"{name} belongs to a different authority")


class Plugin:
    """The plugin's single sign-on controller for one provider."""

    def __init__(
        self,
        authority: str,
        client: dict[str, Any],
        *,
        scopes: tuple[str, ...] = ("email", "groups"),
        role_claim: str = "groups",
        default_username_claim: str = "preferred_username",
        pushes: bool = True,
    ) -> None:
        self.authority = authority
        self.client = client
        self.redirect_uri: str = client["redirect_uris"][0]
        self.scope = " ".join(("openid", "profile", *scopes))
        self.role_claim = role_claim
        self.default_username_claim = default_username_claim
        self.pushes = pushes  # unless DisablePushedAuthorization
        self.states: dict[str, tuple[float, str]] = {}

    def start(self) -> str:
        """`/sso/OID/start/{provider}`: the URL to send the browser to."""
        discovery = self._discover()
        verifier, challenge = verifier_and_challenge()
        state = secrets.token_urlsafe(24)
        self.states[state] = (time.monotonic() + STATE_LIFETIME, verifier)
        query = {
            "response_type": "code",
            "client_id": self.client["client_id"],
            "redirect_uri": self.redirect_uri,
            "scope": self.scope,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        if "pushed_authorization_request_endpoint" in discovery and self.pushes:
            query = self._pushed(discovery["pushed_authorization_request_endpoint"], query)
        return f"{discovery['authorization_endpoint']}?{urlencode(query)}"

    def _pushed(self, endpoint: str, query: dict[str, str]) -> dict[str, str]:
        """What is left for the browser after a push; by Basic, OidcClient's own default for it, unlike the token request."""
        credentials = (quote_plus(self.client["client_id"]), quote_plus(self.client["client_secret"]))
        pushed = call("POST", endpoint, data=query, auth=credentials, status=201).json()
        demand(isinstance(pushed.get("request_uri"), str), "request_uri is missing")
        demand(isinstance(pushed.get("expires_in"), int), "expires_in is missing")
        return {"client_id": query["client_id"], "request_uri": pushed["request_uri"]}

    def callback(self, arrived_at: str) -> dict[str, Any]:
        """`/sso/OID/redirect/{provider}`: the Jellyfin account that this sign-in opens."""
        answer = answer_in(arrived_at, self.redirect_uri)
        demand("error" not in answer, f"the provider says {answer}")
        now = time.monotonic()
        self.states = {name: kept for name, kept in self.states.items() if kept[0] > now}
        if answer.get("state") not in self.states:
            raise Refused("invalid or expired state")
        _, verifier = self.states.pop(answer["state"])
        discovery = self._discover()
        tokens = self._tokens(discovery, answer["code"], verifier)
        claims = self._claims(discovery, tokens)
        return {
            "username": claims.get(self.default_username_claim) or claims["sub"],
            "roles": _values(claims, self.role_claim),
            "claims": claims,
        }

    def _discover(self) -> dict[str, Any]:
        """Fetched anew at every start and at every callback, the keys with it."""
        base = self.authority.rstrip("/").removesuffix(WELL_KNOWN)
        document = call("GET", base + WELL_KNOWN).json()
        demand(isinstance(document, dict), "the discovery document is not an object")
        check_discovery(document, self.authority)
        keys = call("GET", document["jwks_uri"]).json().get("keys")
        demand(keys, "the key set is empty")
        return dict(document)

    def _tokens(self, discovery: dict[str, Any], code: str, verifier: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": verifier,
            "client_id": self.client["client_id"],
            "client_secret": self.client["client_secret"],
        }
        tokens = call("POST", discovery["token_endpoint"], data=form).json()
        demand(tokens.get("access_token"), "access token is missing")
        demand(tokens.get("id_token"), "identity token is missing")
        return dict(tokens)

    def _claims(self, discovery: dict[str, Any], tokens: dict[str, Any]) -> dict[str, Any]:
        """The ID token's claims and userinfo's, of one subject."""
        id_token = tokens["id_token"]
        demand(id_token.count(".") == 2, "the identity token has not three parts")
        claims, alg = _read(id_token)
        if "at_hash" in claims:
            demand(claims["at_hash"] == at_hash(tokens["access_token"], alg), "at_hash is wrong")
        headers = bearer(tokens["access_token"])
        userinfo = call("GET", discovery["userinfo_endpoint"], headers=headers).json()
        demand(isinstance(userinfo, dict), "userinfo is not an object")
        demand(userinfo.get("sub") == claims["sub"], "userinfo is about somebody else")
        return {**userinfo, **claims}


def _read(id_token: str) -> tuple[dict[str, Any], str]:
    """The claims and the algorithm, signature unseen: the plugin's own (bad) habit."""
    parsed = jws.extract_compact(id_token.encode())
    claims = json.loads(parsed.payload)
    demand(isinstance(claims.get("sub"), str) and claims["sub"], "sub is missing")
    return claims, str(parsed.protected["alg"])


def _values(claims: dict[str, Any], name: str) -> list[str]:
    """Each value of a claim: an array of strings, or one string alone."""
    value = claims.get(name, [])
    return [value] if isinstance(value, str) else list(value)
