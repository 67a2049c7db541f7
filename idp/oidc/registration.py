"""Adding, changing and removing clients: one validator behind the command line and every form."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from idp import activity, clock, opaque, presets
from idp.directory import names
from idp.errors import Invalid, NotFound
from idp.oidc import grants, redirect_uris, scopes
from idp.oidc.client_authentication import BASIC, METHODS, NONE
from idp.oidc.jwt import ALGORITHMS
from idp.storage import clients, users
from idp.storage.database import Conflict, transaction
from idp.storage.models import Client

LEAST_SECRET = 32  # characters; kept as a plain SHA-256, so it has to be too long to guess
NO_REDIRECT_URI = "Give at least one --redirect-uri: where the application receives people back."
_CLIENT_ID = re.compile(r"[A-Za-z0-9._~][A-Za-z0-9._~-]{2,127}")  # no hyphen first: it would pass for an option
_SECRET = re.compile(r"[!-~]{32,255}")


def get(client_id: str) -> Client:
    """The client with this id, or with this name; raises NotFound."""
    client = clients.by_id(client_id) or clients.by_name(client_id)
    if client is None:
        raise NotFound(f"There is no client with the id or the name {client_id!r}. See: idp client list")
    return client


def add(
    name: str, *, client_id: str | None = None, client_secret: str | None = None, **metadata: Any
) -> tuple[Client, str | None]:
    """A new client and its secret, which is told this once; raises Invalid with a sentence for each wrong field."""
    metadata = {"scopes": list(scopes.SCOPES), "id_token_alg": "RS256", **metadata}
    client_id = client_id or opaque.handle("cl")
    is_public = metadata.get("auth_method") == NONE
    secret = None if is_public else client_secret or opaque.handle("cs")
    problems = _problems(name=name, **metadata)
    if not metadata.get("redirect_uris"):
        problems["redirect_uris"] = NO_REDIRECT_URI
    if not _CLIENT_ID.fullmatch(client_id):
        problems["client_id"] = "A client id has 3 to 128 letters, digits, dots, hyphens, underscores or tildes."
    if client_secret is not None:
        if is_public:
            problems["client_secret"] = "A public client (auth method none) has no secret."  # noqa: S105
        elif not _SECRET.fullmatch(client_secret) or len(set(client_secret)) < 8:
            problems["client_secret"] = f"A client secret has at least {LEAST_SECRET} random printable characters."
    if clients.by_id(client_id):
        problems["client_id"] = f"There is a client with the id {client_id} already."
    if problems:
        raise Invalid(**problems)
    now = clock.now()
    try:
        with transaction(durable=True):
            digest = opaque.digest(secret) if secret else None
            client = clients.add(
                client_id=client_id, name=name, secret_digest=digest, created_at=now, updated_at=now, **metadata
            )
            activity.record("client.added", client=client_id, name=name)
    except Conflict:
        raise Invalid(name=_taken(name)) from None
    return client, secret


def change(client: Client, **metadata: Any) -> Client:
    """Change a client's metadata; raises Invalid. Nothing but what is given changes."""
    problems = _problems(client, **metadata)
    if metadata.get("redirect_uris") == []:
        problems["redirect_uris"] = NO_REDIRECT_URI
    if problems:
        raise Invalid(**problems)
    if "auth_method" in metadata and (metadata["auth_method"] == NONE) != client.is_public:
        raise Invalid(auth_method="A client with a secret can't become public or the other way round. Add a new one.")
    with transaction(durable=True):
        clients.update(client, **metadata, updated_at=clock.now())
        activity.record("client.changed", client=client.client_id, fields=sorted(metadata))
    return get(client.client_id)


def switch(client: Client, *, on: bool) -> None:
    """Switch a client off, so that none of its tokens is worth anything, or on again."""
    now = clock.now()
    with transaction(durable=True):
        clients.update(client, disabled_at=None if on else now, updated_at=now)
        activity.record("client.enabled" if on else "client.disabled", client=client.client_id)


def rotate_secret(client: Client) -> str:
    """A new secret, told this once; the old one is worth nothing from now on."""
    if client.is_public:
        raise Invalid(client=f"{client.name} is a public client: it has no secret.")
    secret = opaque.handle("cs")
    with transaction(durable=True):
        digest = opaque.digest(secret)
        clients.update(client, secret_digest=digest, updated_at=clock.now())
        activity.record("client.secret_rotated", client=client.client_id)
    return secret


def delete(client: Client) -> None:
    """Remove a client with everything granted to it."""
    with transaction(durable=True):
        clients.remove(client)
        activity.record("client.deleted", client=client.client_id, name=client.name)


def as_metadata(client: Client, secret: str | None = None) -> dict[str, Any]:
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
        "response_types": ["code"],
        "grant_types": list(grants.by_type()),
        "scope": " ".join(client.scopes),
        "token_endpoint_auth_method": client.auth_method or BASIC,
        "id_token_signed_response_alg": client.id_token_alg,
        "id_token_claims": client.id_token_claims,
        "pkce": "require" if client.require_pkce or client.is_public else "allow",
        "skip_consent": client.skip_consent,
        "groups": client.allowed_groups,
        "require_mfa": client.require_mfa,
        "preset": client.preset,
    }
    return {name: value for name, value in found.items() if value is not None}


def _problems(client: Client | None = None, **metadata: Any) -> dict[str, str]:
    checks: dict[str, Callable[[Any], str | None]] = {
        "name": lambda value: _name_problem(value, client),
        "redirect_uris": _uris_problem,
        "post_logout_redirect_uris": _uris_problem,
        "auth_method": lambda value: _choice_problem(value, METHODS) if value is not None else None,
        "scopes": _scopes_problem,
        "allowed_groups": _groups_problem,
        "id_token_alg": lambda value: _choice_problem(value, ALGORITHMS),
        "preset": _preset_problem,
        "app_url": _url_problem,
        "logo_uri": _url_problem,
        "policy_uri": _url_problem,
        "tos_uri": _url_problem,
    }
    found = {field: check(metadata[field]) for field, check in checks.items() if field in metadata}
    return {field: sentence for field, sentence in found.items() if sentence}


def _taken(name: str) -> str:
    return f"There is a client named {name} already. If you lost its secret, make a new one: idp client rotate-secret {name}"


def _name_problem(name: str, client: Client | None) -> str | None:
    other = clients.by_name(name)
    if other and (client is None or other.id != client.id):
        return _taken(name)
    return names.display_name_problem(name)


def _uris_problem(uris: Sequence[str]) -> str | None:
    return next((sentence for uri in uris if (sentence := redirect_uris.problem(uri))), None)


def _choice_problem(value: str, choices: Sequence[str]) -> str | None:
    return None if value in choices else f"{value!r} is not one of {', '.join(choices)}."


def _scopes_problem(given: Sequence[str]) -> str | None:
    unknown = [scope for scope in given if scope not in scopes.SCOPES]
    if unknown:
        return f"There is no scope {', '.join(unknown)}. There are: {', '.join(scopes.SCOPES)}."
    return None if scopes.OPENID in given else "Every client needs the scope openid."


def _groups_problem(given: Sequence[str]) -> str | None:
    missing = users.missing_groups(given)
    return (
        f"There is no group named {', '.join(missing)}. Add it first: idp group add {missing[0]}" if missing else None
    )


def _preset_problem(preset: str | None) -> str | None:
    if preset is None or preset in presets.ids():
        return None
    return f"There is no preset named {preset!r}. Search with: idp client presets WORD"


def _url_problem(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme in ("http", "https") and parts.hostname and redirect_uris.problem(url) is None:
        return None
    return f"{url!r} is not a web address."
