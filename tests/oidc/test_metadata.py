"""The discovery document: true, whole, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from idp.oidc import metadata
from idp.oidc.client_authentication import METHODS
from idp.oidc.scopes import SCOPES

ISSUER = "https://id.example.org"

# OIDC Discovery 3, RFC 8414 2, RFC 9207 3, OAuth 2.0 Multiple Response Types.
REGISTERED = {
    "issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "registration_endpoint",
    "scopes_supported", "response_types_supported", "response_modes_supported", "grant_types_supported",
    "acr_values_supported", "subject_types_supported", "id_token_signing_alg_values_supported",
    "token_endpoint_auth_methods_supported", "display_values_supported", "claim_types_supported", "claims_supported",
    "ui_locales_supported", "claims_parameter_supported", "request_parameter_supported",
    "request_uri_parameter_supported", "code_challenge_methods_supported",
    "authorization_response_iss_parameter_supported", "revocation_endpoint", "introspection_endpoint",
    "device_authorization_endpoint",
    "revocation_endpoint_auth_methods_supported", "introspection_endpoint_auth_methods_supported", "userinfo_signing_alg_values_supported",
    "end_session_endpoint", "backchannel_logout_supported", "backchannel_logout_session_supported", "frontchannel_logout_supported", "frontchannel_logout_session_supported",
    "pushed_authorization_request_endpoint", "require_pushed_authorization_requests",  # RFC 9126 5
    "token_endpoint_auth_signing_alg_values_supported", "revocation_endpoint_auth_signing_alg_values_supported",
    "introspection_endpoint_auth_signing_alg_values_supported", "request_object_signing_alg_values_supported",
}  # fmt: skip


@pytest.fixture
def document() -> dict[str, Any]:
    return metadata.document(ISSUER, ["RS256", "ES256"])


def test_every_address_is_on_the_issuers_own_origin_and_answers_directly(document: dict[str, Any]) -> None:
    """OP-CHECKLIST items 1 and 2."""
    addresses = [value for name, value in document.items() if name.endswith(("_endpoint", "_uri"))]
    assert len(addresses) == 9
    for address in addresses:
        assert address.startswith(ISSUER + "/")
        assert not address.endswith("/")
        assert "?" not in address


def test_only_endpoints_that_exist_are_named(document: dict[str, Any]) -> None:
    assert {name for name in document if name.endswith(("_endpoint", "_uri", "_iframe"))} == {
        "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "revocation_endpoint",
        "introspection_endpoint", "end_session_endpoint", "device_authorization_endpoint",
        "pushed_authorization_request_endpoint",
    }  # fmt: skip


def test_the_names_are_registered_ones(document: dict[str, Any]) -> None:
    assert document.keys() <= REGISTERED


def test_what_relying_parties_demand_is_there(document: dict[str, Any]) -> None:
    assert document["issuer"] == ISSUER
    assert document["response_types_supported"] == ["code"]
    assert document["subject_types_supported"] == ["public", "pairwise"]
    assert document["response_modes_supported"] == ["query", "form_post"]
    assert document["grant_types_supported"] == [
        "authorization_code", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code", "refresh_token"
    ]  # fmt: skip
    assert document["scopes_supported"] == list(SCOPES)
    assert document["acr_values_supported"] == ["aal1", "aal2"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["authorization_response_iss_parameter_supported"] is True
    assert set(document["token_endpoint_auth_methods_supported"]) == set(METHODS)
    assert set(document["revocation_endpoint_auth_methods_supported"]) == set(METHODS)
    assert "none" not in document["introspection_endpoint_auth_methods_supported"]


def test_signing_out_is_announced(document: dict[str, Any]) -> None:
    """OP-CHECKLIST item 24 (RP-Initiated Logout 2.1, Back-Channel Logout 2.1, Front-Channel Logout 3)."""
    assert document["end_session_endpoint"] == f"{ISSUER}/logout"
    assert document["backchannel_logout_supported"] is True
    assert document["backchannel_logout_session_supported"] is True
    assert document["frontchannel_logout_supported"] is True
    assert document["frontchannel_logout_session_supported"] is True


def test_defaults_that_would_lie_are_spelled_out(document: dict[str, Any]) -> None:
    assert document["request_uri_parameter_supported"] is False
    assert document["request_parameter_supported"] is True
    assert document["require_pushed_authorization_requests"] is False
    assert document["claims_parameter_supported"] is True


@pytest.mark.parametrize(
    "of", ["token_endpoint_auth", "revocation_endpoint_auth", "introspection_endpoint_auth", "request_object"]
)
def test_what_clients_sign_is_never_unsigned_or_signed_with_a_shared_key(document: dict[str, Any], of: str) -> None:
    """OP-CHECKLIST items 14, 17, 18."""
    listed = document[f"{of}_signing_alg_values_supported"]
    assert "RS256" in listed
    assert not [alg for alg in listed if alg == "none" or alg.startswith("HS")]


def test_the_algorithms_are_those_there_are_keys_for(document: dict[str, Any]) -> None:
    assert document["id_token_signing_alg_values_supported"] == ["RS256", "ES256"]
    assert document["userinfo_signing_alg_values_supported"] == ["RS256", "ES256"]
    assert "none" not in json.dumps(metadata.document(ISSUER, ["RS256"])).replace('"none"]', "").replace('"none",', "")


def test_listed_claims_are_a_promise_that_each_is_listed_once(document: dict[str, Any]) -> None:
    listed = document["claims_supported"]
    assert len(set(listed)) == len(listed)
    assert {"sub", "iss", "email", "email_verified", "groups", "preferred_username"} <= set(listed)


def test_every_value_fits_json_the_same_way_each_time(document: dict[str, Any]) -> None:
    assert json.dumps(document) == json.dumps(metadata.document(ISSUER, ["RS256", "ES256"]))
