"""Clients that prove themselves by a key: OP-CHECKLIST items 6, 71, 73."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from idp.errors import TokenError
from idp.oidc.client_assertion import LONGEST_LIFETIME
from idp.oidc.client_authentication import authenticate
from idp.oidc.jwt import SKEW
from idp.storage.models import Client, UsedAssertion
from tests import given
from tests.conftest import Clock
from tests.given import SECRET
from tests.signer import ALGORITHMS, ASSERTION_TYPE, Signer

ISSUER = "http://localhost:8000"
AUDIENCES = (ISSUER, f"{ISSUER}/token", f"{ISSUER}/revoke")


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer()


@pytest.fixture(autouse=True)
def app(storage: None, clock: Clock, signer: Signer) -> Client:
    return given.client(auth_method="private_key_jwt", jwks=signer.jwks)


def proves(form: dict[str, str], authorization: str | None = None) -> Client:
    return authenticate(authorization, form, audiences=AUDIENCES)


def refused(form: dict[str, str], authorization: str | None = None) -> TokenError:
    with pytest.raises(TokenError) as refusal:
        proves(form, authorization)
    assert not refusal.value.challenge, "nobody tried Basic"
    return refusal.value


def carrying(assertion: str) -> dict[str, str]:
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}


@pytest.mark.parametrize("alg", ALGORITHMS)
@pytest.mark.parametrize("kid", [None, "k1"])
def test_a_client_proves_itself_by_its_key(alg: str, kid: str | None) -> None:
    own = Signer(alg, kid)
    client = given.client("other", auth_method="private_key_jwt", jwks={"keys": [Signer("RS256").members, own.members]})
    assert proves(own.proof("other", ISSUER)) == client
    assert proves({**own.proof("other", ISSUER), "client_id": "other"}) == client


@pytest.mark.parametrize("audience", [*AUDIENCES, [ISSUER], ["https://elsewhere.example", f"{ISSUER}/token"]], ids=str)
def test_it_may_be_addressed_to_the_issuer_the_token_endpoint_or_the_one_that_is_called(
    signer: Signer, audience: Any
) -> None:
    assert proves(signer.proof("app", audience)).client_id == "app"


@pytest.mark.parametrize("audience", [
    None, "", [], {}, 1, [[ISSUER]], [None], ISSUER + "/", f"{ISSUER}/par", f"{ISSUER}/token/", f"{ISSUER}/token?x", ISSUER.upper(),
    "http://localhost:8001", "/token", "token", {ISSUER: 1},
], ids=str)  # fmt: skip
def test_for_anybody_else_it_proves_nothing(signer: Signer, audience: Any) -> None:
    refusal = refused(signer.proof("app", audience))
    assert (refusal.error, refusal.status, refusal.reason) == ("invalid_client", 401, "assertion_audience")


def test_it_proves_something_once(signer: Signer) -> None:
    form = signer.proof("app", ISSUER)
    assert proves(form)
    assert refused(form).reason == "assertion_used"


def test_another_client_may_happen_to_use_the_same_name_for_one(signer: Signer) -> None:
    given.client("other", auth_method="private_key_jwt", jwks=signer.jwks)
    assert proves(signer.proof("app", ISSUER, jti="1"))
    assert proves(signer.proof("other", ISSUER, jti="1"))
    assert refused(signer.proof("app", [ISSUER], jti="1")).reason == "assertion_used"


def test_it_is_remembered_for_as_long_as_it_could_be_used(signer: Signer, clock: Clock) -> None:
    form = signer.proof("app", ISSUER, exp=clock.now + 600)
    assert proves(form)
    clock.forward(600 + SKEW)
    assert UsedAssertion.get().expires_at > clock.now, "the purge leaves it"
    assert refused(form).reason == "assertion_used"
    clock.forward(1)
    assert refused(form).reason == "assertion_time"


def test_what_is_refused_is_not_used_up(signer: Signer) -> None:
    form = signer.proof("app", f"{ISSUER}/revoke")
    with pytest.raises(TokenError):
        authenticate(None, form, audiences=(ISSUER,))
    assert proves(form)


@pytest.mark.parametrize("change", [
    {"exp": None}, {"exp": 0}, {"exp": -1}, {"exp": "soon"}, {"exp": True}, {"exp": [1]}, {"exp": 1e300}, {"exp": float("inf")},
    {"exp": float("nan")}, {"exp": 10**400}, {"exp_in": LONGEST_LIFETIME + SKEW + 1}, {"exp_in": -SKEW - 1}, {"nbf_in": SKEW + 1},
    {"iat_in": SKEW + 1}, {"nbf": "now"}, {"iat": {}}, {"iat": None, "nbf": False}, {"exp_in": 10**13},
], ids=str)  # fmt: skip
def test_the_time_has_to_be_right(signer: Signer, clock: Clock, change: dict[str, Any]) -> None:
    claims = {
        name.removesuffix("_in"): clock.now + value if name.endswith("_in") else value for name, value in change.items()
    }
    assert refused(signer.proof("app", ISSUER, **claims)).error == "invalid_client"


@pytest.mark.parametrize("change", [
    {"exp_in": LONGEST_LIFETIME}, {"exp_in": -SKEW}, {"nbf_in": SKEW}, {"iat_in": SKEW}, {"iat": None}, {"exp_in": 0.5}, {"iat": 0},
], ids=str)  # fmt: skip
def test_clocks_may_be_a_little_off(signer: Signer, clock: Clock, change: dict[str, Any]) -> None:
    claims = {
        name.removesuffix("_in"): clock.now + value if name.endswith("_in") else value for name, value in change.items()
    }
    assert proves(signer.proof("app", ISSUER, **claims))


@pytest.mark.parametrize("change", [
    {"jti": None}, {"jti": ""}, {"jti": 1}, {"jti": ["x"]}, {"jti": "x" * 256}, {"iss": None}, {"iss": "other"}, {"iss": ["app"]},
    {"sub": None}, {"sub": "other"}, {"sub": {}},
], ids=str)  # fmt: skip
def test_everything_it_needs_has_to_be_in_it(signer: Signer, change: dict[str, Any]) -> None:
    given.client("other", auth_method="private_key_jwt", jwks=Signer().jwks)
    refusal = refused(signer.proof("app", ISSUER, **change))
    assert (refusal.error, refusal.status) == ("invalid_client", 401)


def test_another_key_proves_nothing_whatever_it_is_called(signer: Signer) -> None:
    for other in (Signer(), Signer("RS256"), Signer("ES256", "k1"), Signer("EdDSA")):
        assert refused(other.proof("app", ISSUER)).reason == "assertion_signature"


def test_a_key_that_is_named_is_the_one_that_counts() -> None:
    old, new = Signer(kid="old"), Signer(kid="new")
    given.client("both", auth_method="private_key_jwt", jwks={"keys": [old.members, new.members]})
    assert proves(old.proof("both", ISSUER)) and proves(new.proof("both", ISSUER))
    assert refused(old.proof("both", ISSUER, header={"kid": "new"})).reason == "assertion_signature"
    assert refused(old.proof("both", ISSUER, header={"kid": "unknown"})).reason == "assertion_signature"
    assert refused(carrying(old.assertion("both", ISSUER, header={"kid": "new"}))).reason == "assertion_signature"
    assert proves(old.proof("both", ISSUER, header={"kid": None})), "all fitting ones are tried"


def test_the_public_key_is_no_shared_secret(app: Client) -> None:
    """Algorithm confusion: HS256 with what everybody knows."""
    own = Signer("RS256")
    Client.update(jwks=own.jwks).execute()
    pem = own.key.as_pem(private=False)
    for secret in (pem, pem.strip(), json.dumps(own.members).encode(), own.members["n"].encode()):
        assert refused(Signer.sharing(secret).proof("app", ISSUER)).reason == "assertion_signature"


@pytest.mark.parametrize(
    "alg", ["none", "None", "NONE", "", "HS256", "RS1", "RS512", "ES384", "es256", 1, None, ["ES256"], {}]
)
def test_an_algorithm_that_is_not_offered_proves_nothing(signer: Signer, alg: Any) -> None:
    """OP-CHECKLIST item 6."""
    header, payload, signature = signer.assertion("app", ISSUER, header={"alg": alg}).split(".")
    for last in (signature, ""):
        assert refused(carrying(f"{header}.{payload}.{last}")).reason == "assertion_signature"


def test_a_key_made_for_one_algorithm_does_not_serve_for_another() -> None:
    own = Signer("RS256")
    given.client("strict", auth_method="private_key_jwt", jwks={"keys": [{**own.members, "alg": "RS256"}]})
    assert proves(own.proof("strict", ISSUER))
    assert refused(Signer("PS256", key=own.key).proof("strict", ISSUER)).reason == "assertion_signature"


@pytest.mark.parametrize(
    "members",
    [
        {"use": "enc"},
        {"key_ops": ["encrypt"]},
        {"key_ops": "verify"},
        {"alg": "ES384"},
        {"alg": []},
        {"alg": 1},
        {"kty": []},
        {"kid": {}},
        {"x": 5},
        {"crv": ["P-256"]},
    ],
    ids=str,
)
def test_a_key_for_something_else_proves_nothing(signer: Signer, members: dict[str, Any]) -> None:
    Client.update(jwks={"keys": [{**signer.members, **members}]}).execute()
    assert refused(signer.proof("app", ISSUER, header={"kid": "x"})).reason == "assertion_signature"


def test_keys_in_the_header_are_never_used() -> None:
    """Key confusion: jwk, jku, x5u and x5c."""
    mine = Signer()
    brought = [
        {"jwk": mine.members},
        {"jku": "https://evil.example/jwks"},
        {"x5u": "https://evil.example/x"},
        {"x5c": ["MIIB"]},
    ]
    for header in brought:
        assert refused(mine.proof("app", ISSUER, header=header)).reason == "assertion_signature"


@pytest.mark.parametrize(
    "header", [{"crit": ["exp"], "exp": 1}, {"b64": False, "crit": ["b64"]}, {"crit": []}], ids=str
)
def test_demands_that_are_not_understood_are_not_met(signer: Signer, header: dict[str, Any]) -> None:
    assert refused(signer.proof("app", ISSUER, header=header)).reason == "assertion_signature"


@pytest.mark.parametrize("typ", ["JWT", "jwt", "client-authentication+jwt", "application/client-authentication+jwt"])
def test_its_type_may_be_said(signer: Signer, typ: str) -> None:
    assert proves(signer.proof("app", ISSUER, header={"typ": typ}))


@pytest.mark.parametrize("typ", ["oauth-authz-req+jwt", "at+jwt", "dpop+jwt", "logout+jwt", "", 1, []])
def test_a_jwt_of_another_kind_proves_nothing(signer: Signer, typ: Any) -> None:
    assert refused(signer.proof("app", ISSUER, header={"typ": typ})).reason == "assertion_malformed"


@pytest.mark.parametrize(
    "kind", [None, "", "x", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer", ASSERTION_TYPE + " "]
)
def test_the_type_of_the_assertion_has_to_be_named(signer: Signer, kind: str | None) -> None:
    form = {
        name: value for name, value in {**signer.proof("app", ISSUER), "client_assertion_type": kind}.items() if value
    }
    refusal = refused(form)
    assert (refusal.error, refusal.status) == ("invalid_client", 401)


@pytest.mark.parametrize("assertion", ["", "x", "a.b.c", "a.b.c.d.e", "..", "e30.e30.", "e30.e30.AA", "eyJhbGciOiJub25lIn0.e30.",
                                       "\ud800", "é.é.é", "W10.W10.AA", "x" * 9_000])  # fmt: skip
def test_junk_is_a_failed_try_and_nothing_worse(assertion: str) -> None:
    assert (refused(carrying(assertion)).error, refused(carrying(assertion)).status) == ("invalid_client", 401)


def test_an_oversized_one_is_not_even_read(signer: Signer) -> None:
    assert refused(signer.proof("app", ISSUER, padding="x" * 9_000)).reason == "assertion_malformed"


@pytest.mark.parametrize("twice", [b'"aud": "x"', b'"sub": "other"', b'"exp": 9999999999', b'"jti": "again"'])
def test_a_member_that_comes_twice_is_refused(signer: Signer, clock: Clock, twice: bytes) -> None:
    claims = {"iss": "app", "sub": "app", "aud": ISSUER, "exp": clock.now + 60, "jti": "one"}
    body = json.dumps(claims).encode()
    assert refused(carrying(signer.sign(b"{" + twice + b"," + body[1:]))).reason == "assertion_malformed"
    assert refused(carrying(signer.sign(body[:-1] + b"," + twice + b"}"))).reason == "assertion_malformed"
    assert proves(carrying(signer.sign(body)))


def test_two_methods_at_once_are_refused_even_when_both_are_right(signer: Signer) -> None:
    basic = "Basic " + base64.b64encode(f"app:{SECRET}".encode()).decode()
    assert refused(signer.proof("app", ISSUER), basic).error == "invalid_request"
    assert (
        refused({**signer.proof("app", ISSUER), "client_id": "app", "client_secret": SECRET}).error == "invalid_request"
    )
    assert (
        refused({"client_assertion_type": ASSERTION_TYPE, "client_id": "app", "client_secret": SECRET}).error
        == "invalid_request"
    )


def test_the_form_may_not_name_another_client(signer: Signer) -> None:
    given.client("other", auth_method="private_key_jwt", jwks=signer.jwks)
    refusal = refused({**signer.proof("app", ISSUER), "client_id": "other"})
    assert refusal.reason == "assertion_of_another_client"


@pytest.mark.parametrize("method", [None, "client_secret_basic", "client_secret_post", "none"])
def test_only_the_registered_method_counts(signer: Signer, method: str | None) -> None:
    given.client("other", auth_method=method, jwks=signer.jwks)
    assert refused(signer.proof("other", ISSUER)).reason == "wrong_method_private_key_jwt"


def test_a_client_with_a_key_proves_itself_in_no_other_way(app: Client) -> None:
    basic = "Basic " + base64.b64encode(b"app:").decode()
    for authorization, form in ((None, {"client_id": "app"}), (None, {"client_id": "app", "client_secret": "x"}),
                                (None, {"client_id": "app", "client_secret": "the secret of no client"})):  # fmt: skip
        assert refused(form, authorization).reason.startswith("wrong_method_")
    with pytest.raises(TokenError):
        proves({}, basic)


@pytest.mark.parametrize(
    ("client_id", "reason"), [("nobody", "unknown_client"), ("off", "client_disabled"), ("app", "assertion_signature")]
)
def test_before_the_signature_every_failure_is_the_same_to_whoever_tries(client_id: str, reason: str) -> None:
    given.client("off", auth_method="private_key_jwt", jwks=Signer().jwks, disabled_at=1)
    refusal = refused(Signer().proof(client_id, ISSUER))
    assert (refusal.reason, refusal.client_id) == (reason, client_id)
    assert refusal.description == "The client is unknown, or its assertion can not be verified."


@pytest.mark.filterwarnings("ignore:Key size should be:joserfc.errors.SecurityWarning")
def test_a_small_rsa_key_counts_for_nothing() -> None:
    weak = Signer("RS256", key=RSAKey.generate_key(1024, auto_kid=False))
    given.client("weak", auth_method="private_key_jwt", jwks=weak.jwks)
    assert refused(weak.proof("weak", ISSUER)).reason == "assertion_signature"
