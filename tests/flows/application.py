"""`Application`: a relying party of the tests' own, so that every value it sends can be bent."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import warnings
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from joserfc import jws
from joserfc.errors import SecurityWarning
from joserfc.jwk import KeySet

from tests.given import PASSWORD
from tests.person import Person
from tests.server import Server

CALLBACK = "https://app.example/callback"


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def parameters_of(url: str) -> dict[str, str]:
    """The query of an address; every name once."""
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True, strict_parsing=True)
    assert len(pairs) == len(dict(pairs)), f"a parameter is repeated: {url}"
    return dict(pairs)


class Application:
    """One registered client: makes requests, exchanges codes, reads tokens."""

    def __init__(self, server: Server, *options: str, redirect_uri: str = CALLBACK, name: str = "") -> None:
        self.server = server
        self.redirect_uri = redirect_uri
        self.name = name or f"Application {secrets.token_hex(4)}"
        self.metadata: dict[str, Any] = server.idp_json(
            "client", "add", self.name, "--redirect-uri", redirect_uri, *options
        )
        self.id: str = self.metadata["client_id"]
        self.secret: str | None = self.metadata.get("client_secret")
        self.verifier = secrets.token_urlsafe(48)

    def request(self, **changes: str | None) -> dict[str, str]:
        """The parameters of a good authorization request; None takes one out."""
        parameters: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid profile email groups",
            "state": "a state",
            "nonce": "a nonce",
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
            **changes,
        }
        return {name: value for name, value in parameters.items() if value is not None}

    def url(self, **changes: str | None) -> str:
        """The address an application sends the browser to."""
        return f"{self.server.issuer}/authorize?{urlencode(self.request(**changes))}"

    def answer(self, left_to: str | None) -> dict[str, str]:
        """What the browser brought back; it must have come to the registered address."""
        assert left_to is not None, "the browser is still at the provider"
        assert left_to.startswith(self.redirect_uri), left_to
        return parameters_of(left_to)

    def ask(self, person: Person, **changes: str | None) -> dict[str, str]:
        """What comes back for a request when the person does nothing."""
        person.left_to = None
        person.get(self.url(**changes))
        return self.answer(person.left_to)

    def code(self, person: Person, username: str = "alice", password: str = PASSWORD, **changes: str | None) -> str:
        """A fresh code for somebody who signs in and allows everything."""
        return self.answer(person.sign_in(self.url(**changes), username, password))["code"]

    def exchange(self, code: str, **changes: str | None) -> requests.Response:
        """Send a code to the token endpoint, by client_secret_post; None takes a field out."""
        form: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
            "client_id": self.id,
            "client_secret": self.secret,
            **changes,
        }
        return self.token({name: value for name, value in form.items() if value is not None})

    def token(self, form: Any, **options: Any) -> requests.Response:
        """One call of the token endpoint."""
        return requests.post(f"{self.server.issuer}/token", data=form, allow_redirects=False, timeout=30, **options)

    def refresh(self, refresh_token: str, **changes: str | None) -> requests.Response:
        """Send a refresh token to the token endpoint, by client_secret_post."""
        return self.post("/token", grant_type="refresh_token", refresh_token=refresh_token, **changes)

    def post(self, path: str, **fields: str | None) -> requests.Response:
        """Call an endpoint by client_secret_post; None takes a field out."""
        form = {"client_id": self.id, "client_secret": self.secret, **fields}
        sent = {name: value for name, value in form.items() if value is not None}
        return requests.post(f"{self.server.issuer}{path}", data=sent, allow_redirects=False, timeout=30)

    def tokens(self, person: Person, username: str = "alice", **changes: str | None) -> dict[str, Any]:
        """The token answer of a complete sign-in."""
        answer = self.exchange(self.code(person, username, **changes))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def userinfo(self, access_token: str, **options: Any) -> requests.Response:
        """One call of the userinfo endpoint."""
        headers = {"Authorization": f"Bearer {access_token}"}
        return requests.get(f"{self.server.issuer}/userinfo", headers=headers, timeout=30, **options)

    def claims(self, id_token: str) -> dict[str, Any]:
        """The claims of an ID token whose signature is right by the published keys, aud and iss included."""
        published = requests.get(f"{self.server.issuer}/jwks", timeout=30).json()
        key_set = KeySet.import_key_set(published)
        with warnings.catch_warnings():  # RFC 9864 calls EdDSA by the name of its curve; applications don't yet
            warnings.simplefilter("ignore", SecurityWarning)
            found = jws.deserialize_compact(id_token, key_set, algorithms=["RS256", "ES256", "EdDSA"])
        claims: dict[str, Any] = json.loads(found.payload)
        assert claims["iss"] == self.server.issuer and claims["aud"] == self.id
        return claims


def error_of(answer: requests.Response) -> str:
    """The error of a refused token request."""
    assert answer.headers["Content-Type"].startswith("application/json"), answer.text
    return str(answer.json()["error"])
