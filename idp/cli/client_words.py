"""What is registered of an application, with a word on what it means where the value alone says little."""

from __future__ import annotations

from collections.abc import Iterator

from idp.cli import claims
from idp.cli.output import instant
from idp.oidc import logout, redirect_uris, subject_metadata
from idp.storage.models import Client

_KNOWN_BY = {
    ("pairwise", "uuid"): "identifiers that no other application has (pairwise)",
    ("public", "username"): "their user names",
    ("public", "email"): "their e-mail addresses",
}


def described(found: Client) -> dict[str, object]:
    """Labels and values, for a person."""
    return {**_who(found), **_people(found), **_protocol(found), **_doings(found)}


def state(found: Client) -> str:
    """Whether people can sign in to it, and whether they are warned of it."""
    word = "disabled" if found.disabled_at is not None else "active"
    return f"{word}, not checked" if found.is_unchecked else word


def _who(found: Client) -> dict[str, object]:
    return {
        "Name": found.name,
        "Client ID": found.client_id,
        "State": state(found),
        **_if_any("Preset", found.preset),
        **_if_any("Registered itself with", found.registered_by),
        **_if_any("Checked", found.checked_at and instant(found.checked_at)),
        **_if_any("Its address", found.app_url),
        "Redirect URIs": found.redirect_uris,
        **_if_any("After signing out", found.post_logout_redirect_uris),
        **_if_any("Is told of sign-outs at", found.backchannel_logout_uri),
        **_if_any("Signs people out at", found.frontchannel_logout_uri),
        **_if_any("Begins sign-ins at", found.initiate_login_uri),
        **_if_any("Looked after by", found.contacts),
        **_if_any("Logo", found.logo_uri),
        **_if_any("Privacy policy", found.policy_uri),
        **_if_any("Terms of service", found.tos_uri),
    }


def _people(found: Client) -> dict[str, object]:
    return {
        "For": found.allowed_groups or "everybody",
        "Second factor": "needed" if found.require_mfa else "as the person, the group or the provider demands",
        "Consent": "people aren't asked" if found.skip_consent else "people are asked once",
        "Scopes": " ".join(found.scopes),
        **_if_any("Knows people by", _KNOWN_BY.get((found.subject_type, found.subject_source))),
        **_if_any("Sector", found.sector_identifier_uri),
        **_if_any("Custom claims", claims.described(found.claims)),
    }


def _protocol(found: Client) -> dict[str, object]:
    return {
        "Kind": _kind(found),
        "Proves itself by": found.auth_method or "client_secret_basic or client_secret_post",
        **_if_any("Its keys", _keys(found)),
        **_if_any("Signed requests", found.request_object_alg and f"with {found.request_object_alg}"),
        **_if_any("Requests", found.require_par and "pushed ones only"),
        "PKCE": "needed (S256)" if found.require_pkce or found.is_public else "taken where it is sent (S256)",
        "Gets tokens for": " ".join(found.grant_types),
        "Refresh tokens": "always" if found.always_refresh else "where it asks for offline_access",
        "May ask about": "the tokens of all applications" if found.introspects_all else "its own tokens",
        "ID tokens": f"signed with {found.id_token_alg}",
        "Claims in ID token": "yes" if found.id_token_claims else "no, at userinfo only",
    }


def _doings(found: Client) -> dict[str, object]:
    failure = (found.last_failure or "").replace("_", " ")
    return {
        "Added": instant(found.created_at),
        "Last sign-in": instant(found.last_used_at),
        **_if_any("Last problem", found.last_failed_at and f"{instant(found.last_failed_at)}: {failure}"),
    }


def _kind(found: Client) -> str:
    if found.is_public:
        return "public, without a secret"
    return "confidential, with a secret" if found.has_secret else "confidential, with keys of its own"


def _keys(found: Client) -> str | None:
    if found.jwks is None:
        return str(found.jwks_uri) if found.jwks_uri else None
    return ", ".join(str(key.get("kid") or f"one of type {key.get('kty')}") for key in found.jwks["keys"])


def _if_any(label: str, value: object) -> dict[str, object]:
    return {label: value} if value else {}


def notes(client: Client) -> Iterator[str]:
    """What whoever has changed an application should know about it."""
    if sentence := subject_metadata.warning(client):
        yield sentence
    if sentence := logout.obstacle(client):
        yield f"it can't be told yet when somebody signs out. {sentence}"
    for uri in redirect_uris.insecure(client.redirect_uris):
        yield f"{uri} is plain http, so sign-ins to it can be read on the network. Use https if you can."
