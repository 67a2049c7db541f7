"""The discovery document: what this provider really does, and nothing else."""

from __future__ import annotations

from typing import Any

from idp import assurance, endpoints, subject_identifier
from idp.oidc import grants, jwt, scopes
from idp.oidc.client_authentication import METHODS, NONE

# What ID tokens carry besides claims about the person. Applications take `claims_supported` as a promise.
_TOKEN_CLAIMS = ("iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "amr", "sid", "at_hash", "nonce")


def document(issuer: str, algorithms: list[str], *, takes_registrations: bool = False) -> dict[str, Any]:
    """The provider metadata (OIDC Discovery 3, RFC 8414 2); every endpoint is on the issuer's own origin.

    Applications that see a registration endpoint try it before they ask for a client ID, so it's named only while it
    `takes_registrations`.
    """
    return {
        "issuer": issuer,
        "authorization_endpoint": issuer + endpoints.AUTHORIZATION,
        "token_endpoint": issuer + endpoints.TOKEN,
        "userinfo_endpoint": issuer + endpoints.USERINFO,
        "revocation_endpoint": issuer + endpoints.REVOCATION,
        "introspection_endpoint": issuer + endpoints.INTROSPECTION,
        "device_authorization_endpoint": issuer + endpoints.DEVICE_AUTHORIZATION,
        "end_session_endpoint": issuer + endpoints.END_SESSION,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": True,
        "pushed_authorization_request_endpoint": issuer + endpoints.PUSHED_AUTHORIZATION,
        **({"registration_endpoint": issuer + endpoints.REGISTRATION} if takes_registrations else {}),
        "jwks_uri": issuer + endpoints.JWKS,
        "scopes_supported": list(scopes.SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": list(grants.by_type()),
        "acr_values_supported": list(assurance.ACR_VALUES),
        "subject_types_supported": list(subject_identifier.TYPES),
        "id_token_signing_alg_values_supported": algorithms,
        "userinfo_signing_alg_values_supported": algorithms,
        "token_endpoint_auth_methods_supported": list(METHODS),
        "token_endpoint_auth_signing_alg_values_supported": list(jwt.READ),
        "revocation_endpoint_auth_methods_supported": list(METHODS),
        "revocation_endpoint_auth_signing_alg_values_supported": list(jwt.READ),
        "introspection_endpoint_auth_methods_supported": [method for method in METHODS if method != NONE],
        "introspection_endpoint_auth_signing_alg_values_supported": list(jwt.READ),
        "display_values_supported": ["page"],
        "claim_types_supported": ["normal"],
        "claims_supported": [*_TOKEN_CLAIMS, *scopes.claims_of(scopes.SCOPES)],
        "ui_locales_supported": ["en"],
        "claims_parameter_supported": True,
        "request_parameter_supported": True,
        "request_object_signing_alg_values_supported": list(jwt.READ),
        "request_uri_parameter_supported": False,  # by reference, but for pushed ones; its default is true (OIDC Discovery 3)
        "require_pushed_authorization_requests": False,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }
