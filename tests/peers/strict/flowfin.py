"""The Flowfin Jellyfin plugin, the strictest client found: what it refuses in JSON, keys and tokens.

Repeated JSON members, unknown algorithms, odd key identifiers, small keys and foreign token types are
all refusals; a step-up it asked for has to be in the ID token.
"""

import json
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from .wire import UNRESERVED, answer_in, bearer, call, decode, demand, verifier_and_challenge

ALGORITHMS = tuple(f"{family}{size}" for family in ("RS", "PS", "ES") for size in (256, 384, 512))
CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
FOREIGN_TYPES = frozenset({"at+jwt", "dpop+jwt", "secevent+jwt", "logout+jwt"})
LARGEST_DOCUMENT = 1_000_000  # bytes
LARGEST_KID = 256  # characters
SMALLEST_RSA = 2048  # bits
SKEW = 5 * 60  # seconds, for exp and for max_age


@dataclass(frozen=True)
class Policy:
    """What the administrator of the Jellyfin server turned on."""

    acr_values: tuple[str, ...] = ()
    require_acr: bool = False
    max_age: int | None = None
    prompt: str | None = None
    require_pkce: bool = True


def read_json(body: bytes) -> dict[str, Any]:
    """The object in `body`; a member named twice at any depth is a refusal."""
    demand(len(body) <= LARGEST_DOCUMENT, "the document is too large")
    document = json.loads(body.decode(), object_pairs_hook=_without_repeats)
    demand(isinstance(document, dict), "the document is not an object")
    return dict(document)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    demand(len(set(names)) == len(names), f"a member is repeated among {names}")
    return dict(pairs)


def check_header(header: dict[str, Any]) -> None:
    """The JOSE header of an ID token."""
    demand(header.get("alg") in ALGORITHMS, f"alg {header.get('alg')} is not accepted")
    demand("crit" not in header, "crit is not accepted")
    demand(str(header.get("typ", "JWT")).lower() not in FOREIGN_TYPES, "typ is not an ID token's")
    check_kid(header)


def check_kid(holder: dict[str, Any]) -> None:
    """The key identifier of a header or of a key; none at all is fine."""
    kid = holder.get("kid", "")
    demand(isinstance(kid, str), "kid is not a string")
    demand(len(kid) <= LARGEST_KID, "kid is too long")
    demand(set(kid) <= UNRESERVED, f"kid {kid!r} has reserved characters")


def choose_key(keys: list[dict[str, Any]], header: dict[str, Any]) -> RSAKey | ECKey:
    """The one published key that may have signed under this header."""
    wanted = "EC" if header["alg"].startswith("ES") else "RSA"
    fitting = []
    for key in keys:
        check_kid(key)
        signs = key.get("kty") == wanted and key.get("use", "sig") == "sig"
        signs = signs and key.get("alg", header["alg"]) == header["alg"]
        if signs and key.get("kid") == header.get("kid", key.get("kid")):
            fitting.append(key)
    demand(len(fitting) == 1, f"{len(fitting)} published keys fit the header {header}")
    if wanted == "EC":
        demand(fitting[0]["crv"] == CURVES[header["alg"]], "the curve is not the algorithm's")
        return ECKey.import_key(fitting[0])
    key = RSAKey.import_key(fitting[0])
    demand(key.public_key.key_size >= SMALLEST_RSA, "the RSA key is too small")
    return key


def check_claims(claims: dict[str, Any], issuer: str, client_id: str, policy: Policy, now: float) -> None:
    """Issuer, audience, time, and the step-up that was asked for."""
    demand(claims.get("iss") == issuer, "iss is not the issuer")
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else list(audience or ())
    demand(client_id in audiences, "aud does not hold the client")
    if len(audiences) > 1 or "azp" in claims:
        demand(claims.get("azp") == client_id, "azp is not the client")
    demand(_is_number(claims.get("exp")), "exp is not a number")
    demand(claims["exp"] > now - SKEW, "the ID token has expired")
    demand(isinstance(claims.get("sub"), str) and claims["sub"], "sub is missing")
    demand(isinstance(claims.get("email_verified", False), bool), "email_verified is no boolean")
    if policy.require_acr:
        demand(claims.get("acr") in policy.acr_values, f"acr {claims.get('acr')} is not enough")
    if policy.max_age is not None:
        demand(_is_number(claims.get("auth_time")), "auth_time is not a number")
        demand(claims["auth_time"] >= now - policy.max_age - SKEW, "the sign-in is too old")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class Plugin:
    """One provider as the plugin is configured for it."""

    def __init__(self, issuer: str, client: dict[str, Any], policy: Policy | None = None) -> None:
        self.issuer = issuer
        self.client = client
        self.policy = policy or Policy()
        self.redirect_uri: str = client["redirect_uris"][0]

    def start(self) -> str:
        """The URL to send the browser to."""
        self.discovery = read_json(call("GET", self._well_known()).content)
        demand(self.discovery.get("issuer") == self.issuer, "the issuer is another one")
        if self.policy.require_pkce:
            methods = self.discovery.get("code_challenge_methods_supported", ())
            demand("S256" in methods, "PKCE with S256 is not announced")
        self.verifier, challenge = verifier_and_challenge()
        self.state = secrets.token_urlsafe(24)
        query = {
            "response_type": "code",
            "client_id": self.client["client_id"],
            "redirect_uri": self.redirect_uri,
            "scope": "openid profile email groups",
            "state": self.state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        if self.policy.acr_values:
            query["acr_values"] = " ".join(self.policy.acr_values)
        if self.policy.max_age is not None:
            query["max_age"] = str(self.policy.max_age)
        if self.policy.prompt:
            query["prompt"] = self.policy.prompt
        return f"{self.discovery['authorization_endpoint']}?{urlencode(query)}"

    def callback(self, arrived_at: str) -> dict[str, Any]:
        """The identity, keyed by issuer and subject, with the claims of ID token and userinfo."""
        answer = answer_in(arrived_at, self.redirect_uri)
        self._check_issuer_of(answer)
        demand(answer.get("state") == self.state, "the state is another one")
        demand("error" not in answer, f"the provider says {answer}")
        tokens = self._tokens(answer["code"])
        claims = self._verify(tokens["id_token"])
        headers = bearer(tokens["access_token"])
        userinfo = read_json(call("GET", self.discovery["userinfo_endpoint"], headers=headers).content)
        demand(userinfo.get("sub") == claims["sub"], "userinfo is about somebody else")
        return {"identity": (claims["iss"], claims["sub"]), "claims": {**userinfo, **claims}}

    def _check_issuer_of(self, answer: dict[str, str]) -> None:
        """RFC 9207 2.4: announced means always there, and always ours."""
        if self.discovery.get("authorization_response_iss_parameter_supported") is True:
            demand(answer.get("iss") == self.issuer, "the answer's iss is not the issuer")

    def _tokens(self, code: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
            "client_id": self.client["client_id"],
            "client_secret": self.client["client_secret"],
        }
        return read_json(call("POST", self.discovery["token_endpoint"], data=form).content)

    def _verify(self, id_token: str) -> dict[str, Any]:
        header_part, payload_part, _ = id_token.split(".")
        header = read_json(decode(header_part))
        check_header(header)
        keys = read_json(call("GET", self.discovery["jwks_uri"]).content)["keys"]
        try:
            jws.deserialize_compact(id_token, choose_key(keys, header), algorithms=[header["alg"]])
        except JoseError as refused:
            demand(False, f"the signature does not verify: {refused}")
        claims = read_json(decode(payload_part))
        check_claims(claims, self.issuer, self.client["client_id"], self.policy, time.time())
        return claims

    def _well_known(self) -> str:
        return f"{self.issuer}/.well-known/openid-configuration"
