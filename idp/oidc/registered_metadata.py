"""A client as it describes itself: from the members of RFC 7591 and OIDC Registration to our fields, and back.

The rules are those of every other door (`client_metadata`); here is only what names and types the members have. What stands
in no list is ignored (RFC 7591 2), our own switches among it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idp import foreign_json
from idp.errors import TokenError
from idp.oidc import client_metadata, grants, jwt
from idp.oidc.grants import AUTHORIZATION_CODE, CLIENT_CREDENTIALS, DEVICE_CODE
from idp.storage.models import Client
from idp.storage.statement import can_be_stored
from idp.subject_identifier import PAIRWISE

_TEXTS = {
    "client_name": "name", "client_uri": "app_url", "logo_uri": "logo_uri", "policy_uri": "policy_uri", "tos_uri": "tos_uri",
    "token_endpoint_auth_method": "auth_method", "id_token_signed_response_alg": "id_token_alg",
    "userinfo_signed_response_alg": "userinfo_alg", "subject_type": "subject_type",
    "sector_identifier_uri": "sector_identifier_uri", "initiate_login_uri": "initiate_login_uri",
    "frontchannel_logout_uri": "frontchannel_logout_uri", "backchannel_logout_uri": "backchannel_logout_uri",
    "jwks_uri": "jwks_uri", "request_object_signing_alg": "request_object_alg",
}  # fmt: skip
_LISTS = {
    "redirect_uris": "redirect_uris", "post_logout_redirect_uris": "post_logout_redirect_uris",
    "grant_types": "grant_types", "contacts": "contacts",
}  # fmt: skip
_FLAGS = {
    "frontchannel_logout_session_required": "frontchannel_logout_session_required",
    "backchannel_logout_session_required": "backchannel_logout_session_required",
    "require_pushed_authorization_requests": "require_par",
}  # fmt: skip
_OBJECTS = {"jwks": "jwks"}
_FIELDS = {**_TEXTS, **_LISTS, **_FLAGS, **_OBJECTS}
_TOLD = frozenset(_FIELDS) | {
    "client_id", "client_secret", "client_secret_expires_at", "client_id_issued_at", "response_types", "scope",
}  # fmt: skip
# Whoever asks for these wants to be safer than without them, so leaving them out in silence would be wrong.
_NOT_OFFERED = (
    "id_token_encrypted_response_alg", "userinfo_encrypted_response_alg", "request_object_encryption_alg",
    "tls_client_certificate_bound_access_tokens", "dpop_bound_access_tokens", "default_max_age", "default_acr_values",
)  # fmt: skip
# A service of its own, which signs nobody in and asks nobody, is for an administrator to add.
_NOT_BY_THEMSELVES = frozenset({CLIENT_CREDENTIALS})


def read(body: bytes) -> dict[str, Any]:
    """The members of a request; raises TokenError for what is no JSON object, too deep, or names a member twice."""
    try:
        found = foreign_json.read_exactly(body.decode())
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise wrong("The request is not a JSON object.")
    return found


def fields(members: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that members say, with the usual for what they don't; `name` only where one is given. Raises TokenError."""
    given = {name: value for name, value in members.items() if value not in (None, "")}
    for name in _NOT_OFFERED:
        if given.get(name):
            raise wrong(f"{name} is not offered.")
    if "software_statement" in given:
        raise _refusal_of_statement(given["software_statement"])
    found = _usual()
    found |= {field: _texts(name, given[name]) for name, field in _LISTS.items() if name in given}
    found |= {field: _text(name, given[name]) for name, field in _TEXTS.items() if name in given}
    found |= {field: _flag(name, given[name]) for name, field in _FLAGS.items() if name in given}
    found |= {field: given[name] for name, field in _OBJECTS.items() if name in given}
    if "grant_types" not in given:
        found["grant_types"] = [AUTHORIZATION_CODE]  # RFC 7591 2
    if refused := [each for each in found["grant_types"] if each in _NOT_BY_THEMSELVES or each not in grants.by_type()]:
        raise wrong(f"The grant type {refused[0]} is not offered to clients that register themselves.")
    if found["subject_type"] == PAIRWISE and DEVICE_CODE in found["grant_types"]:
        # What a device is told never passes the redirect URIs, so nothing shows that their host, or the list there, is its
        # own: anybody would learn by which subjects others know people (OIDC Core 8.1).
        raise wrong("Pairwise subjects are not offered to clients that sign devices in and register themselves.")
    _check_response_types(given, found["grant_types"])
    found["scopes"] = (
        list(dict.fromkeys(_text("scope", given["scope"]).split()))
        if "scope" in given
        else client_metadata.defaults(found["grant_types"])["scopes"]
    )
    return found


def told(client: Client, secret: str | None = None) -> dict[str, Any]:
    """A client's metadata without what is only ours."""
    return {name: value for name, value in client_metadata.as_registered(client, secret).items() if name in _TOLD}


def wrong(description: str, error: str = "invalid_client_metadata", *, reason: str = "") -> TokenError:
    """A refusal (RFC 7591 3.2.2); its text is kept to what RFC 6749 5.2 allows. `reason` is the activity log's sentence."""
    plain = description.encode("ascii", "replace").decode().replace('"', "'").replace("\\", "/")
    return TokenError(error, plain[:500], reason=reason or plain[:500])


def _usual() -> dict[str, Any]:
    usual = {field: getattr(Client(), field) for field in _FIELDS.values() if field != "name"}
    return usual | {"redirect_uris": []}


def _check_response_types(given: Mapping[str, Any], grant_types: list[str]) -> None:
    types = _texts("response_types", given.get("response_types", ["code"]))
    if any(each != "code" for each in types):
        raise wrong("Only the response type code is offered.")
    if "response_types" in given and bool(types) != (AUTHORIZATION_CODE in grant_types):  # RFC 7591 2.1
        raise wrong("The response type code and the grant type authorization_code go together.")


def _refusal_of_statement(statement: Any) -> TokenError:
    """RFC 7591 3.2.2. It would be allowed to ignore a statement (3.1.1), but what stands in it is meant to count more than
    the members beside it: without it something else would be registered than was asked for."""
    try:
        is_one = bool(jwt.take_apart(_text("software_statement", statement)).claims.get("iss"))
    except ValueError:
        is_one = False
    if is_one:
        return wrong("Software statements are not approved here: leave it out.", "unapproved_software_statement")
    return wrong("The software statement is not a signed JWT that names its issuer.", "invalid_software_statement")


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not can_be_stored([value]):
        raise wrong(f"{name} must be a text.")
    return value.strip()


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise wrong(f"{name} must be true or false.")
    return value


def _texts(name: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) and can_be_stored([each]) for each in value):
        raise wrong(f"{name} must be a list of texts.", _error_of(name))
    return list(dict.fromkeys(value))


def _error_of(name: str) -> str:
    return "invalid_redirect_uri" if name == "redirect_uris" else "invalid_client_metadata"
