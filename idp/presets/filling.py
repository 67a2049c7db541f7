"""What a preset sets when a client is made from it, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from idp.errors import Invalid
from idp.presets import address, capabilities, placeholders
from idp.presets.preset import PUBLIC, Claims, Preset, Wishes


@dataclass(frozen=True)
class Setting:
    """One field of a client, named as registration names it."""

    field: str
    value: Any
    reason: str


def settings(preset: Preset, app_url: str | None, provider: Mapping[str, Any]) -> tuple[Setting, ...]:
    """What the preset sets for an application at this address, with a provider that has this discovery document.

    Raises Invalid, with a sentence for `app_url` or `preset`.
    """
    wishes, claims = preset.client, preset.claims
    if wishes is None or claims is None:
        raise Invalid(
            preset=f"{preset.name}: no client here would help, as only forward authentication at a proxy can protect it. "
            "That isn't available yet."
        )
    if app_url is None and preset.address_example:
        raise Invalid(
            app_url=f"The preset {preset.id} needs the address of the application. Add it, for example: "
            f"--app-url {preset.address_example}"
        )
    known = {"provider": placeholders.PROVIDER, **({} if app_url is None else address.values(app_url))}
    there = capabilities.available(provider)
    found = [
        (
            "redirect_uris",
            placeholders.filled_all(wishes.redirect_uris, known),
            "where it takes people back in",
        ),
        ("auth_method", *_auth_method(wishes)),
        ("require_pkce", wishes.pkce == "require", _pkce_reason(wishes)),
        ("scopes", [scope for scope in wishes.scopes if scope in provider["scopes_supported"]], _scopes_reason(claims)),
        ("id_token_claims", True, _claims_reason(claims)),
    ]
    if wishes.access_token_format == "jwt":  # noqa: S105
        found.append(("access_token_format", "jwt", "its server reads access tokens by itself"))
    if after := placeholders.filled_all(wishes.post_logout_redirect_uris, known):
        reason = "where it lets people go after signing out"
        found.append(
            ("post_logout_redirect_uris", after, reason if "end_session" in there else f"{reason}; not used yet")
        )
    if wishes.backchannel_logout_uri and "backchannel_logout" in there:
        (uri,) = placeholders.filled_all((wishes.backchannel_logout_uri,), known)
        found.append(("backchannel_logout_uri", uri, "it signs people out there when they sign out here"))
    return tuple(Setting(field, value, preset.why.get(field, reason)) for field, value, reason in found)


def _auth_method(wishes: Wishes) -> tuple[str | None, str]:
    if len(wishes.auth_methods) > 1:
        return None, "it may send its secret either way"
    method = wishes.auth_methods[0]
    if method == PUBLIC:
        return method, "it can't keep a secret, so each sign-in proves itself with PKCE"
    return method, "it sends its secret this way"


def _pkce_reason(wishes: Wishes) -> str:
    does = {
        "require": "it always sends it, or does with the settings below",
        "allow": "it may send it or not",
        "unsupported": "it doesn't send it",
    }
    return does[wishes.pkce]


def _scopes_reason(claims: Claims) -> str:
    read = [*claims.needed, *claims.used]
    return f"they bring {', '.join(read)}" if read else "what an application commonly asks for"


def _claims_reason(claims: Claims) -> str:
    where = {
        "id_token": "it reads them there and nowhere else",
        "userinfo": "it reads them at userinfo; there they do no harm",
        "either": "it reads them there or at userinfo",
    }
    return where[claims.read_from]
