"""Go's x/oauth2 with go-oidc: tries Basic first, then posts the secret with the very same code.

Grafana, Portainer, Gitea, Miniflux, Headscale and oauth2-proxy exchange their codes like this.
"""

import json
import secrets
from typing import Any
from urllib.parse import quote_plus, urlencode

import requests
from joserfc import jws
from joserfc.jwk import KeySet

from .wire import answer_in, bearer, call, demand, media_type, verifier_and_challenge


class AutoDetect:
    """A client that was not told how to authenticate, and so finds out at the first exchange."""

    def __init__(self, issuer: str, client: dict[str, Any], *, basic_secret: str = "", pkce: bool = False) -> None:
        self.issuer = issuer
        self.client = client
        self.basic_secret = basic_secret or client["client_secret"]
        self.redirect_uri: str = client["redirect_uris"][0]
        self.verifier, self.challenge = verifier_and_challenge() if pkce else ("", "")
        self.attempts: list[tuple[str, int]] = []

    def start(self, **extra: str) -> str:
        """The URL to send the browser to."""
        self.discovery = call("GET", f"{self.issuer}/.well-known/openid-configuration").json()
        demand(self.discovery["issuer"] == self.issuer, "issuer did not match")
        self.state = secrets.token_urlsafe(16)
        query = {
            "client_id": self.client["client_id"],
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": "openid profile email groups",
            "state": self.state,
            **({"code_challenge": self.challenge, "code_challenge_method": "S256"} if self.challenge else {}),
            **extra,
        }
        return f"{self.discovery['authorization_endpoint']}?{urlencode(query)}"

    def callback(self, arrived_at: str) -> dict[str, Any]:
        """The ID token's claims joined with userinfo of the same subject."""
        answer = answer_in(arrived_at, self.redirect_uri)
        demand(answer.get("state") == self.state, "the state is another one")
        demand("code" in answer, f"the provider says {answer}")
        tokens = self.exchange(answer["code"])
        claims = self._verify(tokens["id_token"])
        headers = bearer(tokens["access_token"])
        userinfo = call("GET", self.discovery["userinfo_endpoint"], headers=headers).json()
        demand(userinfo["sub"] == claims["sub"], "userinfo is about somebody else")
        return {**claims, **userinfo}

    def exchange(self, code: str) -> dict[str, Any]:
        """The token response: by Basic with escaped parts, else by parameters, one code for both."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            **({"code_verifier": self.verifier} if self.verifier else {}),
        }
        client_id, secret = self.client["client_id"], self.client["client_secret"]
        basic = requests.auth.HTTPBasicAuth(quote_plus(client_id), quote_plus(self.basic_secret))
        answer = self._post("client_secret_basic", form, auth=basic)
        if answer.status_code != 200:
            form |= {"client_id": client_id, "client_secret": secret}
            answer = self._post("client_secret_post", form)
        demand(answer.status_code == 200, f"cannot fetch token: {answer.text}")
        tokens: dict[str, Any] = answer.json()
        demand(tokens.get("access_token"), "server response missing access_token")
        return tokens

    def _post(self, method: str, form: dict[str, str], **options: Any) -> requests.Response:
        endpoint = self.discovery["token_endpoint"]
        answer = requests.post(endpoint, form, timeout=10, allow_redirects=False, **options)
        self.attempts.append((method, answer.status_code))
        demand(media_type(answer) == "application/json", "the token endpoint does not speak JSON")
        return answer

    def _verify(self, id_token: str) -> dict[str, Any]:
        """go-oidc: an algorithm from the discovery document, a published key, iss and aud."""
        keys = KeySet.import_key_set(call("GET", self.discovery["jwks_uri"]).json())
        algorithms = self.discovery["id_token_signing_alg_values_supported"]
        parsed = jws.deserialize_compact(id_token, keys, algorithms=algorithms)
        claims: dict[str, Any] = json.loads(parsed.payload)
        demand(claims["iss"] == self.issuer, "id token issued by a different provider")
        audience = claims["aud"]
        audiences = [audience] if isinstance(audience, str) else audience
        demand(self.client["client_id"] in audiences, "expected audience is missing")
        return claims
