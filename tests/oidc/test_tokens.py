"""What stands in an ID token."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from joserfc import jwk as other_jwk
from joserfc import jwt as other_jwt

from idp.oidc import tokens
from idp.oidc.keys import KeySet
from idp.storage.models import Client, User
from tests import given
from tests.conftest import Clock

pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated:joserfc.errors.SecurityWarning")

ISSUER = "http://localhost:8000"
PROTOCOL = {"iss", "sub", "aud", "iat", "exp", "auth_time", "acr", "amr", "sid", "at_hash"}


@pytest.fixture
def ada(storage: None, clock: Clock) -> User:
    return given.user("ada", display_name="Ada Lovelace", groups=["family", "media"])


def minted(key_set: KeySet, user: User, client: Client, *, nonce: str | None = "n", **grant: Any) -> dict[str, Any]:
    """The claims of a fresh ID token, read by another library with the published keys."""
    now = grant.pop("now", given.clock.now())
    granted = given.grant(user, client, **grant)
    token = tokens.id_token(
        issuer=ISSUER, keys=key_set, client=client, user=user, grant=granted, scopes=granted.scopes, nonce=nonce,
        access_token="at_secret", now=now,
    )  # fmt: skip
    known = other_jwk.KeySet.import_key_set(json.loads(key_set.jwks()))
    return dict(other_jwt.decode(token, known, algorithms=[client.id_token_alg]).claims)


def test_the_claims_of_the_protocol_are_all_there(key_set: KeySet, ada: User, clock: Clock) -> None:
    """OP-CHECKLIST items 85, 89 and 90."""
    read = minted(key_set, ada, given.client(), auth_time=clock.now - 50, sid="a-sid", acr="aal1", amr=["pwd"])
    assert read == {
        "iss": ISSUER, "sub": ada.sub, "aud": "app", "iat": clock.now, "exp": clock.now + 3_600, "nonce": "n",
        "auth_time": clock.now - 50, "acr": "aal1", "amr": ["pwd"], "sid": "a-sid", "at_hash": read["at_hash"],
    }  # fmt: skip
    assert isinstance(read["auth_time"], int)


def test_no_nonce_in_is_no_nonce_out(key_set: KeySet, ada: User) -> None:
    """OP-CHECKLIST items 37 and 85."""
    assert "nonce" not in minted(key_set, ada, given.client(), nonce=None)


@pytest.mark.parametrize(("alg", "algorithm"), [("RS256", "sha256"), ("ES256", "sha256"), ("EdDSA", "sha512")])
def test_at_hash_is_the_left_half_of_the_hash(key_set: KeySet, ada: User, alg: str, algorithm: str) -> None:
    """OP-CHECKLIST item 87."""
    digest = hashlib.new(algorithm, b"at_secret").digest()
    half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    assert minted(key_set, ada, given.client(id_token_alg=alg))["at_hash"] == half


def test_the_claims_of_the_scopes_stand_in_the_token_too(key_set: KeySet, ada: User) -> None:
    read = minted(key_set, ada, given.client(), scopes=["openid", "profile", "email", "groups", "roles"])
    assert read["name"] == "Ada Lovelace"
    assert read["preferred_username"] == "ada"
    assert (read["email"], read["email_verified"]) == ("ada@example.org", True)
    assert read["groups"] == read["roles"] == ["family", "media"]
    assert isinstance(read["updated_at"], int)


def test_a_client_can_have_its_claims_at_userinfo_only(key_set: KeySet, ada: User) -> None:
    read = minted(key_set, ada, given.client(id_token_claims=False), scopes=["openid", "profile", "email"])
    assert read.keys() == PROTOCOL | {"nonce"}


def test_a_claim_asked_for_by_name_stands_in_the_token_all_the_same(key_set: KeySet, ada: User) -> None:
    read = minted(
        key_set, ada, given.client(id_token_claims=False), id_token_claims=["email"], userinfo_claims=["name"]
    )
    assert read.keys() == PROTOCOL | {"nonce", "email"}


def test_only_the_scopes_that_were_granted_count(key_set: KeySet, ada: User) -> None:
    assert minted(key_set, ada, given.client(), scopes=["openid"]).keys() == PROTOCOL | {"nonce"}


def test_access_tokens_are_opaque_and_never_the_same() -> None:
    made = {tokens.new_handle() for _ in range(100)}
    assert len(made) == 100
    assert all(token.startswith("at_") and len(token) == 46 and "." not in token for token in made)


def read_access_token(key_set: KeySet, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, verified by another library with the published keys."""
    known = other_jwk.KeySet.import_key_set(json.loads(key_set.jwks()))
    found = other_jwt.decode(token, known, algorithms=["RS256"])
    return dict(found.header), dict(found.claims)


def test_rfc_9068_an_access_token_can_be_a_jwt_that_resources_read(key_set: KeySet, ada: User, clock: Clock) -> None:
    client = given.client(access_token_format="jwt", id_token_alg="ES256")
    grant = given.grant(ada, client, acr="aal2", amr=["pwd", "otp", "mfa"], auth_time=clock.now - 9)
    made = {
        "issuer": ISSUER, "keys": key_set, "client": client, "grant": grant, "user": ada,
        "scopes": ["openid", "email", "groups"], "now": clock.now,
    }  # fmt: skip
    token = tokens.access_token("at_handle", **made)
    header, claims = read_access_token(key_set, token)
    assert (header["typ"], header["alg"]) == ("at+jwt", "RS256")
    assert claims == {
        "iss": ISSUER, "sub": ada.sub, "aud": "app", "client_id": "app", "iat": clock.now, "exp": clock.now + 3_600,
        "jti": claims["jti"], "scope": "openid email groups", "auth_time": clock.now - 9, "acr": "aal2",
        "amr": ["pwd", "otp", "mfa"], "groups": ["family", "media"],
    }  # fmt: skip
    assert tokens.access_token("at_handle", **made) == token, "the same again"
    _, other = read_access_token(key_set, tokens.access_token("at_other", **made))
    assert other["jti"] != claims["jti"]
    _, narrow = read_access_token(key_set, tokens.access_token("at_handle", **{**made, "scopes": ["openid"]}))
    assert "groups" not in narrow


def test_rfc_9068_a_client_is_its_own_subject(key_set: KeySet, storage: None, clock: Clock) -> None:
    token = tokens.access_token(
        "at_x", issuer=ISSUER, keys=key_set, client=given.client(access_token_format="jwt"), grant=None, user=None,
        scopes=["media.read"], now=clock.now,
    )  # fmt: skip
    _, claims = read_access_token(key_set, token)
    assert (claims["sub"], claims["client_id"], claims["scope"]) == ("app", "app", "media.read")
    assert not claims.keys() & {"auth_time", "acr", "amr", "groups"}


def test_others_get_the_handle_itself(key_set: KeySet, storage: None, clock: Clock) -> None:
    assert tokens.access_token(
        "at_x", issuer=ISSUER, keys=key_set, client=given.client(), grant=None, user=None, scopes=[], now=clock.now
    ) == "at_x"  # fmt: skip


def test_lifetimes_are_within_what_is_promised() -> None:
    assert 0 < tokens.ACCESS_TOKEN_LIFETIME <= 3_600
    assert 300 <= tokens.ID_TOKEN_LIFETIME <= 3_600
