"""Requests as signed objects, by value: OP-CHECKLIST items 6, 52, 54."""

from __future__ import annotations

import json
from typing import Any

import pytest

from idp.errors import AuthorizationError, PageError
from idp.oidc import request_object
from idp.oidc.jwt import SKEW
from idp.storage.models import Client
from tests import given
from tests.conftest import Clock
from tests.given import REDIRECT_URI
from tests.signer import ALGORITHMS, Signer

ISSUER = "http://localhost:8000"
OUTSIDE = {"client_id": "app", "response_type": "code", "scope": "openid"}


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer()


@pytest.fixture(autouse=True)
def app(storage: None, clock: Clock, signer: Signer) -> Client:
    return given.client(jwks=signer.jwks)


def opened(client: Client, text: str, now: int, **outside: str) -> dict[str, str]:
    return request_object.opened(client, {**OUTSIDE, **outside, "request": text}, issuer=ISSUER, now=now)


def refused(client: Client, text: str, now: int, **outside: str) -> AuthorizationError:
    with pytest.raises(AuthorizationError) as refusal:
        opened(client, text, now, **outside)
    description = refusal.value.description
    assert description.isascii() and description.isprintable() and not set('"\\') & set(description), "RFC 6749 4.1.2.1"
    return refusal.value


def test_without_one_the_request_is_as_it_was(app: Client, clock: Clock) -> None:
    assert request_object.opened(app, OUTSIDE, issuer=ISSUER, now=clock.now) is OUTSIDE


def test_what_is_inside_wins_and_what_is_not_is_taken_from_outside(app: Client, clock: Clock, signer: Signer) -> None:
    """OP-CHECKLIST item 54: redirect_uri, state and nonce may stand inside only."""
    inside = {"redirect_uri": REDIRECT_URI, "state": "inner", "nonce": "n", "scope": "openid email", "max_age": 60, "unknown": {},
              "claims": {"userinfo": {"email": None}}, "response_type": "code", "prompt": None, "login_hint": ""}  # fmt: skip
    found = opened(app, signer.request("app", ISSUER, **inside), clock.now, state="outer", ui_locales="en")
    assert json.loads(found.pop("claims")) == {"userinfo": {"email": None}}
    assert found == {"client_id": "app", "response_type": "code", "scope": "openid email", "redirect_uri": REDIRECT_URI,
                     "state": "inner", "nonce": "n", "max_age": "60", "ui_locales": "en"}  # fmt: skip


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_every_algorithm_that_is_offered_is_read(alg: str, clock: Clock) -> None:
    own = Signer(alg, "k")
    assert opened(
        given.client("other", jwks=own.jwks), own.request("other", ISSUER, state="s"), clock.now, client_id="other"
    )


@pytest.mark.parametrize("claims", [{"iss": None, "aud": None}, {"aud": [ISSUER, "x"]}, {"client_id": None}, {"exp_in": -SKEW},
                                    {"nbf_in": SKEW}, {"iat_in": 0}, {"exp_in": 10**6}, {"jti": "x"}, {"sub": "somebody"}], ids=str)  # fmt: skip
def test_what_it_says_about_itself_is_right_or_absent(
    app: Client, clock: Clock, signer: Signer, claims: dict[str, Any]
) -> None:
    said = {
        name.removesuffix("_in"): clock.now + value if name.endswith("_in") else value for name, value in claims.items()
    }
    assert opened(app, signer.request("app", ISSUER, **said), clock.now)


@pytest.mark.parametrize("claims", [
    {"iss": "other"}, {"iss": ["app"]}, {"aud": "https://elsewhere.example"}, {"aud": []}, {"aud": f"{ISSUER}/"}, {"aud": 1},
    {"client_id": "other"}, {"client_id": 1}, {"response_type": "token"}, {"exp_in": -SKEW - 1}, {"nbf_in": SKEW + 1}, {"exp": "x"},
    {"iat_in": SKEW + 1}, {"request": "x"}, {"request_uri": "https://x.example"}, {"request_uri": None, "request": {}},
    {"request_uri": "urn:ietf:params:oauth:request_uri:x"}, {"sub": "app"}, {"state": 1}, {"state": ["x"]}, {"scope": ["openid"]},
    {"max_age": True}, {"max_age": 1.5}, {"claims": ["x"]}, {"nonce": {}}, {"state": "a\x00b"}, {"state": "a\r\nb"}, {"state": "\ud800"},
    {"redirect_uri": [REDIRECT_URI]}, {"code_challenge": 5},
], ids=str)  # fmt: skip
def test_what_contradicts_or_makes_no_sense_is_refused(
    app: Client, clock: Clock, signer: Signer, claims: dict[str, Any]
) -> None:
    said = {
        name.removesuffix("_in"): clock.now + value if name.endswith("_in") else value for name, value in claims.items()
    }
    assert refused(app, signer.request("app", ISSUER, **said), clock.now).error == "invalid_request_object"


def test_of_a_client_without_keys_none_is_supported(clock: Clock, signer: Signer) -> None:
    for fields in ({}, {"auth_method": "none"}):
        client = given.client(f"plain{len(fields)}", **fields)
        assert refused(client, signer.request("app", ISSUER), clock.now).error == "request_not_supported"


def test_a_public_client_may_have_keys_for_it(clock: Clock, signer: Signer) -> None:
    public = given.client("spa", auth_method="none", jwks=signer.jwks)
    assert opened(public, signer.request("spa", ISSUER), clock.now, client_id="spa")


@pytest.mark.parametrize(
    "text", ["x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "e30.e30.", "a.b.c.d.e", "é", "x" * 33_000, "e30.W10.AA"]
)
def test_what_is_no_signed_jwt_is_refused(app: Client, clock: Clock, text: str) -> None:
    assert refused(app, text, clock.now).error == "invalid_request_object"


def test_an_unsigned_one_is_refused(app: Client, clock: Clock, signer: Signer) -> None:
    """OP-CHECKLIST item 6."""
    for alg in ("none", "None", "HS256", "", None):
        head, payload, signature = signer.sign({"state": "evil"}, alg=alg).split(".")
        for last in ("", signature):
            assert refused(app, f"{head}.{payload}.{last}", clock.now).error == "invalid_request_object"


def test_the_public_key_is_no_shared_secret_and_keys_in_the_header_are_never_used(app: Client, clock: Clock) -> None:
    own, mine = Signer("RS256"), Signer("RS256")
    Client.update(jwks=own.jwks).execute()
    app = Client.get_by_id(app.id)
    assert refused(app, Signer.sharing(own.key.as_pem(private=False)).request("app", ISSUER), clock.now)
    for header in (
        {"jwk": mine.members},
        {"jku": "https://evil.example"},
        {"x5u": "https://evil.example"},
        {"x5c": ["MIIB"]},
    ):
        assert refused(app, mine.sign({"state": "evil"}, **header), clock.now)
    assert refused(app, mine.request("app", ISSUER), clock.now)


def test_a_registered_algorithm_is_the_only_one(clock: Clock) -> None:
    own = Signer("RS256")
    strict = given.client("strict", jwks=own.jwks, request_object_alg="PS256")
    assert refused(strict, own.request("strict", ISSUER), clock.now, client_id="strict")
    assert opened(strict, Signer("PS256", key=own.key).request("strict", ISSUER), clock.now, client_id="strict")


def test_a_client_assertion_is_no_request_and_a_request_no_assertion(app: Client, clock: Clock, signer: Signer) -> None:
    """RFC 9101 10.8."""
    assert refused(app, signer.assertion("app", ISSUER), clock.now).error == "invalid_request_object"
    for typ in ("client-authentication+jwt", "at+jwt", "logout+jwt"):
        assert refused(app, signer.sign({"state": "x"}, typ=typ), clock.now)


def test_a_member_that_comes_twice_is_refused(app: Client, clock: Clock, signer: Signer) -> None:
    assert refused(app, signer.sign(b'{"state": "a", "state": "b"}'), clock.now)
    assert refused(app, signer.sign(b'{"claims": {"userinfo": {}, "userinfo": {}}}'), clock.now)


def test_a_refusal_goes_to_the_address_beside_it_if_that_is_the_clients_and_else_nowhere(app: Client) -> None:
    """OP-CHECKLIST item 52."""
    target = request_object.target_of_refusal(app, {"redirect_uri": REDIRECT_URI, "state": "s"})
    assert (target.redirect_uri, target.state) == (REDIRECT_URI, "s")
    for outside in ({}, {"redirect_uri": "https://evil.example/"}):
        with pytest.raises(PageError):
            request_object.target_of_refusal(app, outside)
