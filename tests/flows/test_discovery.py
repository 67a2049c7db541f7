"""Discovery and keys as applications read them (OIDC Discovery 3, RFC 7517; numbers: the OP checklist, sections B and C)."""

from __future__ import annotations

import base64
import re

import pytest
import requests

from tests.flows.application import Application
from tests.flows.visitors import visitor

# The IANA registry "OAuth Authorization Server Metadata", as far as it concerns a provider like this one.
REGISTERED = {
    "issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "scopes_supported",
    "response_types_supported", "response_modes_supported", "grant_types_supported", "acr_values_supported",
    "subject_types_supported", "id_token_signing_alg_values_supported", "token_endpoint_auth_methods_supported",
    "display_values_supported", "claim_types_supported", "claims_supported", "ui_locales_supported",
    "claims_parameter_supported", "request_parameter_supported", "request_uri_parameter_supported",
    "code_challenge_methods_supported", "authorization_response_iss_parameter_supported",
    "revocation_endpoint", "revocation_endpoint_auth_methods_supported", "introspection_endpoint",
    "introspection_endpoint_auth_methods_supported", "userinfo_signing_alg_values_supported",
    "pushed_authorization_request_endpoint", "require_pushed_authorization_requests",
    "token_endpoint_auth_signing_alg_values_supported", "revocation_endpoint_auth_signing_alg_values_supported",
    "introspection_endpoint_auth_signing_alg_values_supported", "request_object_signing_alg_values_supported",
    "device_authorization_endpoint", "end_session_endpoint", "backchannel_logout_supported",
    "backchannel_logout_session_supported", "frontchannel_logout_supported", "frontchannel_logout_session_supported",
}  # fmt: skip
WELL_KNOWN = "/.well-known/openid-configuration"


@pytest.fixture
def document(server):
    return requests.get(server.issuer + WELL_KNOWN, timeout=10).json()


@pytest.mark.parametrize("path", [WELL_KNOWN, "/.well-known/oauth-authorization-server", "/jwks"])
def test_8_the_documents_are_json_that_anybody_may_read_and_keep_for_an_hour(server, path):
    answer = requests.get(server.issuer + path, allow_redirects=False, timeout=10)
    assert answer.status_code == 200 and isinstance(answer.json(), dict)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    tag = {"If-None-Match": answer.headers["ETag"]}
    again = requests.get(server.issuer + path, headers=tag, timeout=10)
    assert again.status_code == 304 and again.content == b""
    head = requests.head(server.issuer + path, timeout=10)
    assert head.status_code == 200 and head.content == b""


def test_9_the_issuer_is_the_address_of_the_document_and_stands_in_every_token(server, app, person, document):
    assert document["issuer"] + WELL_KNOWN == server.issuer + WELL_KNOWN
    assert app.claims(app.tokens(person)["id_token"])["iss"] == document["issuer"]


def test_10_every_address_named_is_on_the_issuers_origin_and_answers(server, document):
    """OP-CHECKLIST item 2."""
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"):
        assert document[name].startswith(server.issuer + "/")
        status = requests.get(document[name], allow_redirects=False, timeout=10).status_code
        assert status not in (301, 302, 303, 307, 308, 404), name
    assert document["subject_types_supported"] == ["public", "pairwise"]


def test_11_12_13_only_what_is_safe_and_really_there_is_offered(document):
    assert "RS256" in document["id_token_signing_alg_values_supported"]
    assert "none" not in document["id_token_signing_alg_values_supported"]
    assert document["response_types_supported"] == ["code"]
    assert document["grant_types_supported"] == [
        "authorization_code", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code", "refresh_token"
    ]  # fmt: skip


def test_14_15_16_methods_scopes_and_claims_are_told(document):
    methods = {"client_secret_basic", "client_secret_post", "private_key_jwt", "none"}
    assert set(document["token_endpoint_auth_methods_supported"]) == methods
    assert document["scopes_supported"][0] == "openid"
    assert all(re.fullmatch(r"[!#-\[\]-~]+", scope) for scope in document["scopes_supported"])
    assert {"sub", "email", "email_verified", "groups", "preferred_username"} <= set(document["claims_supported"])
    assert document["claims_parameter_supported"] is True


def test_17_18_19_signed_request_objects_by_value_are_offered_and_signed_userinfo_is(document):
    assert document["request_uri_parameter_supported"] is False and document["request_parameter_supported"] is True
    assert "RS256" in document["request_object_signing_alg_values_supported"]
    assert "none" not in document["request_object_signing_alg_values_supported"]
    assert document["require_pushed_authorization_requests"] is False
    assert "RS256" in document["userinfo_signing_alg_values_supported"]


def test_20_the_acr_that_is_told_is_the_acr_that_tokens_carry(app, person, document):
    assert app.claims(app.tokens(person)["id_token"])["acr"] in document["acr_values_supported"]


def test_21_22_pkce_and_locales_are_told(document):
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["ui_locales_supported"] == ["en"]


def test_23_no_member_is_unregistered_and_24_what_logout_can_do_is_told(document):
    document.pop("registration_endpoint", None)  # there while somebody may register, as other tests let them
    assert document.keys() == REGISTERED


def test_25_the_issuer_in_answers_is_told(app, person, document):
    assert document["authorization_response_iss_parameter_supported"] is True
    assert app.ask(person, prompt="none")["iss"] == document["issuer"]


def test_26_27_28_the_keys_are_public_and_named_apart(server):
    for alg in ("ES256", "EdDSA"):
        Application(server, "--id-token-alg", alg)
    keys = requests.get(f"{server.issuer}/jwks", timeout=10).json()["keys"]
    members = {"RSA": {"n", "e"}, "EC": {"crv", "x", "y"}, "OKP": {"crv", "x"}}
    for key in keys:
        assert key.keys() == {"kty", "kid", "use", "alg"} | members[key["kty"]]
        assert key["use"] == "sig" and re.fullmatch(r"[A-Za-z0-9_-]{43}", key["kid"])
        assert all(re.fullmatch(r"[A-Za-z0-9_-]+", key[name]) for name in members[key["kty"]] - {"crv"})
    assert len({key["kid"] for key in keys}) == len(keys)
    modulus = next(key["n"] for key in keys if key["kty"] == "RSA")
    assert len(base64.urlsafe_b64decode(modulus + "==")) == 256  # 2048 bits
    assert {key.get("crv") for key in keys} <= {None, "P-256", "Ed25519"}


def test_29_30_a_rotation_brings_a_new_key_and_the_old_one_stays(server, app):
    before = requests.get(f"{server.issuer}/jwks", timeout=10).json()["keys"]
    hint = app.tokens(visitor(server))["id_token"]
    server.idp("key", "rotate")
    person = visitor(server)
    app.code(person)
    import time

    time.sleep(1.2)  # each process looks once a second
    after = requests.get(f"{server.issuer}/jwks", timeout=10).json()["keys"]
    assert all(key in after for key in before) and len(after) > len(before)
    assert app.ask(person, prompt="none", id_token_hint=hint)["code"]
