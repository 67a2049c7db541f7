"""Names that a custom claim can't have, as they mean something else to who reads a token, userinfo or an answer."""

from __future__ import annotations

# RFC 7519 4.1, 7800, 8417, 8485, 8693, 9068, 9449, OIDC Core 2 and 5.6.2, the logout specifications, OIDC Identity Assurance
PROTOCOL = (
    "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "auth_time", "nonce", "acr", "amr", "azp", "sid", "at_hash", "c_hash", "s_hash",
    "ath", "htm", "htu", "events", "toe", "txn", "cnf", "act", "may_act", "scope", "client_id", "sub_jwk", "sub_id", "vot", "vtm",
    "_claim_names", "_claim_sources", "verified_claims", "active", "token_type", "token_introspection", "username",
)  # fmt: skip
# What OIDC Core 5.1 says about people, whether it is told here or not: it belongs to its scope and to the account.
ACCOUNT = (
    "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "email",
    "email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number", "phone_number_verified", "address", "updated_at",
    "groups", "roles",
)  # fmt: skip
# What stands in the answers of the endpoints, and would be taken for it.
ANSWERS = ("access_token", "id_token", "refresh_token", "expires_in", "error", "error_description", "error_uri")
READERS = (
    "attributes",  # Grafana takes it for a table of lists, and refuses the sign-in when it isn't one
    # members that every object of JavaScript has
    "constructor", "prototype", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf",
    "toJSON",
)  # fmt: skip
_LOWER = frozenset(name.lower() for name in (*PROTOCOL, *ACCOUNT, *ANSWERS, *READERS))


def is_reserved(name: str) -> bool:
    """Whether a name is one of those, in capital letters or not: some readers, Go's for one, don't tell them apart."""
    return name.lower() in _LOWER
