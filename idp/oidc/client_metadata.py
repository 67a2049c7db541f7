"""What may stand in a client's metadata: the defaults, the rules, and the client as RFC 7591 names its members."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from idp import presets, subject_identifier
from idp.custom_claims import rules as custom_claims
from idp.directory import names
from idp.errors import OutgoingError
from idp.oidc import (
    chosen_name,
    client_key_metadata,
    front_channel,
    grants,
    origins,
    outgoing,
    redirect_uris,
    scopes,
    subject_metadata,
)
from idp.oidc.client_authentication import BASIC, METHODS, NONE
from idp.oidc.grants import AUTHORIZATION_CODE, CLIENT_CREDENTIALS, DEVICE_CODE, REFRESH_TOKEN
from idp.oidc.jwt import ALGORITHMS
from idp.oidc.scopes import OFFLINE_ACCESS
from idp.oidc.tokens import ACCESS_TOKEN_FORMATS
from idp.storage import users
from idp.storage.models import Client

MOST_CONTACTS = 10
_USUAL = Client()  # what a new client is where nothing is said
_SCOPE = re.compile(r"[!#-\[\]-~]{1,100}")  # RFC 6749 3.3
NO_REDIRECT_URI = "Give at least one redirect URI: the address where the application receives people back."


def defaults(grant_types: Sequence[str] | None) -> dict[str, Any]:
    """What a new client has unless something else is said."""
    chosen = list(grant_types or (AUTHORIZATION_CODE, REFRESH_TOKEN))
    offered = [scope for scope in scopes.SCOPES if scope != OFFLINE_ACCESS or REFRESH_TOKEN in chosen]
    return {
        "redirect_uris": [],
        "grant_types": chosen,
        "scopes": offered if {AUTHORIZATION_CODE, DEVICE_CODE} & set(chosen) else [],
        "id_token_alg": "RS256",
    }


def problems(metadata: Mapping[str, Any], client: Client | None = None) -> dict[str, str]:
    """A sentence for each wrong field of a new client, or of what is to change in a client."""
    checks: dict[str, Callable[[Any], str | None]] = {
        "name": lambda value: chosen_name.problem(value, client),
        "redirect_uris": _uris_problem,
        "post_logout_redirect_uris": _uris_problem,
        "auth_method": lambda value: _choice_problem(value, METHODS) if value is not None else None,
        "grant_types": _grant_types_problem,
        "scopes": _scopes_problem,
        "allowed_groups": _groups_problem,
        "id_token_alg": lambda value: _choice_problem(value, ALGORITHMS),
        "userinfo_alg": lambda value: _choice_problem(value, ALGORITHMS) if value is not None else None,
        "access_token_format": lambda value: _choice_problem(value, ACCESS_TOKEN_FORMATS),
        "jwks": client_key_metadata.jwks_problem,
        "jwks_uri": client_key_metadata.jwks_uri_problem,
        "request_object_alg": client_key_metadata.request_object_alg_problem,
        "preset": _preset_problem,
        "app_url": _url_problem,
        "logo_uri": _url_problem,
        "policy_uri": _url_problem,
        "tos_uri": _url_problem,
        "subject_type": lambda value: _choice_problem(value, subject_identifier.TYPES),
        "subject_source": lambda value: _choice_problem(value, subject_identifier.SOURCES),
        "backchannel_logout_uri": _logout_uri_problem,
        "sector_identifier_uri": _secure_url_problem,
        "initiate_login_uri": _secure_url_problem,
        "contacts": _contacts_problem,
    }
    found = {field: check(metadata[field]) for field, check in checks.items() if field in metadata}
    wrong = {field: sentence for field, sentence in found.items() if sentence}
    return {**_contradictions(metadata, client), **custom_claims.problems(metadata.get("claims", {})), **wrong}


def as_registered(client: Client, secret: str | None = None) -> dict[str, Any]:
    """The client as RFC 7591 2 names its members, with our own where that has none."""
    found = {
        "client_id": client.client_id,
        "client_secret": secret,
        "client_secret_expires_at": 0 if secret else None,
        "client_id_issued_at": client.created_at,
        "client_name": client.name,
        "client_uri": client.app_url,
        "logo_uri": client.logo_uri,
        "policy_uri": client.policy_uri,
        "tos_uri": client.tos_uri,
        "redirect_uris": client.redirect_uris,
        "post_logout_redirect_uris": client.post_logout_redirect_uris,
        "backchannel_logout_uri": client.backchannel_logout_uri,
        "backchannel_logout_session_required": client.backchannel_logout_session_required
        if client.backchannel_logout_uri
        else None,
        "frontchannel_logout_uri": client.frontchannel_logout_uri,
        "frontchannel_logout_session_required": client.frontchannel_logout_session_required
        if client.frontchannel_logout_uri
        else None,
        "response_types": ["code"] if AUTHORIZATION_CODE in client.grant_types else [],
        "grant_types": client.grant_types,
        "scope": " ".join(client.scopes),
        "token_endpoint_auth_method": client.auth_method or BASIC,
        "auth_method_pinned": client.auth_method is not None,  # else client_secret_post counts too
        **client_key_metadata.as_registered(client),
        "id_token_signed_response_alg": client.id_token_alg,
        "userinfo_signed_response_alg": client.userinfo_alg,
        "subject_type": client.subject_type,
        "subject_source": client.subject_source,
        "sector_identifier_uri": client.sector_identifier_uri,
        "initiate_login_uri": client.initiate_login_uri,
        "contacts": client.contacts or None,
        "id_token_claims": client.id_token_claims,
        "always_refresh": client.always_refresh,
        "access_token_format": client.access_token_format,
        "introspects_all": client.introspects_all,
        "pkce": "require" if client.require_pkce or client.is_public else "allow",
        "skip_consent": client.skip_consent,
        "groups": client.allowed_groups,
        "require_mfa": client.require_mfa,
        "preset": client.preset,
        "registered_by": client.registered_by,
        "checked": not client.is_unchecked if client.registered_by else None,
        "claims": client.claims or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _contradictions(metadata: Mapping[str, Any], client: Client | None) -> dict[str, str]:
    """What can't be true of one client together: of what is given, on top of what the client has."""

    def value(field: str) -> Any:
        return getattr(client or _USUAL, field) if field not in metadata else metadata[field]

    found = client_key_metadata.contradictions(value)
    by_redirect = AUTHORIZATION_CODE in value("grant_types")
    by_sign_in = by_redirect or DEVICE_CODE in value("grant_types")
    if by_redirect and not value("redirect_uris"):
        found["redirect_uris"] = NO_REDIRECT_URI
    if REFRESH_TOKEN in value("grant_types") and not by_sign_in:
        found["grant_types"] = (
            "Refresh tokens come from signing in: refresh_token needs authorization_code, or the one for devices, beside it."
        )
    if by_sign_in and scopes.OPENID not in value("scopes"):
        found["scopes"] = "Every client that signs people in needs the scope openid."
    unknown = [scope for scope in value("scopes") if scope not in scopes.SCOPES]
    if CLIENT_CREDENTIALS in value("grant_types"):
        if value("auth_method") == NONE:
            found["grant_types"] = "An application without a secret can't get tokens for itself (client_credentials)."
    elif unknown:
        found["scopes"] = f"There is no scope {', '.join(unknown)}. There are: {', '.join(scopes.SCOPES)}."
    if wrong := front_channel.problem(value("frontchannel_logout_uri"), value("redirect_uris")):
        found["frontchannel_logout_uri"] = wrong
    if value("auth_method") == NONE and (value("backchannel_logout_uri") or "").startswith("http:"):
        found["backchannel_logout_uri"] = "An application without a secret has to be told over https."  # section 2.2
    if value("introspects_all") and value("auth_method") == NONE:
        found["introspects_all"] = "Only an application with a secret may ask about tokens."
    return {**subject_metadata.contradictions(value), **found}


def _uris_problem(uris: Sequence[str]) -> str | None:
    return next((sentence for uri in uris if (sentence := redirect_uris.problem(uri))), None)


def _choice_problem(value: str, choices: Sequence[str]) -> str | None:
    return None if value in choices else f"{value!r} is not one of {', '.join(choices)}."


def _scopes_problem(given: Sequence[str]) -> str | None:
    if all(_SCOPE.fullmatch(scope) for scope in given):
        return None
    return "A scope has 1 to 100 letters, digits and marks, without blanks, quotes or backslashes."


def _grant_types_problem(given: Sequence[str]) -> str | None:
    if not given:
        return "Give at least one grant type."
    return next((sentence for each in given if (sentence := _choice_problem(each, tuple(grants.by_type())))), None)


def _groups_problem(given: Sequence[str]) -> str | None:
    missing = users.missing_groups(given)
    return (
        f"There is no group named {', '.join(missing)}. Add it first: idp group add {missing[0]}" if missing else None
    )


def _preset_problem(preset: str | None) -> str | None:
    if preset is None or preset in presets.ids():
        return None
    return presets.missing(preset)


def _url_problem(url: str | None) -> str | None:
    if url is None:
        return None
    if redirect_uris.problem(url) is None and origins.of(url):
        return None
    return f"{url!r} is not a web address."


def _secure_url_problem(url: str | None) -> str | None:
    if url is None or (url.startswith("https://") and _url_problem(url) is None):
        return None
    return f"{url!r} is not a web address that begins with https://."  # OIDC Core 4, Registration 5


def _logout_uri_problem(url: str | None) -> str | None:
    """Back-Channel Logout 2.2. Whether its machine may be reached is asked when something is sent there."""
    try:
        if url is not None:
            outgoing.target_of(url)
    except OutgoingError as error:
        return str(error)
    return None


def _contacts_problem(given: Sequence[str]) -> str | None:
    if len(given) <= MOST_CONTACTS and all(names.display_name_problem(contact) is None for contact in given):
        return None
    return f"At most {MOST_CONTACTS} contacts, each an e-mail address, a name or a web address of 1 to 100 characters."
