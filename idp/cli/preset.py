"""`idp client presets`, `idp client sheet`, `--preset` of `idp client add` and `set`: what is known about applications."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from idp import endpoints, presets
from idp.called import PROGRAM
from idp.cli.output import as_json, opened, show_json, show_table
from idp.config import Config
from idp.errors import Invalid
from idp.oidc import client_metadata, logout, metadata, registration
from idp.oidc.grants import AUTHORIZATION_CODE, DEVICE_CODE
from idp.oidc.jwt import ALGORITHMS
from idp.presets import applying, filling, sheet
from idp.presets.filling import Setting
from idp.presets.preset import FORWARD_AUTH, KNOWN, Preset
from idp.storage import appearance
from idp.storage.models import Client

_LABELS = {
    "redirect_uris": "Redirect URI", "post_logout_redirect_uris": "After signing out", "auth_method": "Auth method",
    "require_pkce": "PKCE", "scopes": "Scopes", "id_token_claims": "Claims in the ID token",
    "access_token_format": "Access tokens", "backchannel_logout_uri": "Told of sign-outs at",
}  # fmt: skip


@click.command("presets")
@click.argument("words", metavar="[WORD]...", nargs=-1)
@as_json
def list_presets(words: tuple[str, ...], as_json: bool) -> None:
    """List the applications whose settings are known. With a WORD, those that it fits."""
    found = presets.search(" ".join(words))
    if as_json:
        show_json([_described(preset) for preset in found])
        return
    rows = [(preset.id, preset.name, preset.category, _known(preset)) for preset in found]
    show_table(("PRESET", "APPLICATION", "KIND", "KNOWN"), rows,
               "No application by that name. The preset generic-web fits most others; generic-spa those without a secret.")  # fmt: skip
    if words:
        for preset in found:
            if preset.choose:
                click.echo(f"\n{preset.id}: {preset.choose}")
    if found:
        click.echo(f"\nUse one with: {PROGRAM} client add NAME --preset PRESET --app-url URL")


def _known(preset: Preset) -> str:
    if preset.sign_in == FORWARD_AUTH:
        return f"{KNOWN[preset.known]}; needs forward authentication, not available yet"
    return KNOWN[preset.known]


def _described(preset: Preset) -> dict[str, Any]:
    return {
        "preset": preset.id,
        "name": preset.name,
        "category": preset.category,
        "sign_in": preset.sign_in,
        "known": preset.known,
        "checked": preset.checked,
        "evidence": preset.evidence,
        "choose": preset.choose,
        "app_url_example": preset.address_example,
    }


@click.command("sheet")
@click.argument("client_id")
@as_json
def show_sheet(client_id: str, as_json: bool) -> None:
    """Show what to enter in the application. The secret isn't among it, as it isn't kept."""
    settings = opened()
    found = registration.get(client_id)
    made = _sheet(found, None, settings)
    if as_json:
        show_json(asdict(made))
        return
    click.echo(sheet.as_text(made), nl=False)
    if found.has_secret:
        click.echo(f"\nThe secret was shown once. A new one: {PROGRAM} client rotate-secret {found.client_id}")


def settings_of(preset_id: str, app_url: str | None, settings: Config) -> tuple[Setting, ...]:
    """What the preset sets for an application at this address; raises NotFound and Invalid."""
    return filling.settings(presets.get(preset_id), app_url, _provider(settings))


def advised(name: str, wrong: Invalid) -> Invalid:
    """What is wrong with an application; one without addresses that there is a preset for is told of that, too."""
    if wrong.problems.get("redirect_uris") != client_metadata.NO_REDIRECT_URI or not presets.search(name):
        return wrong
    advice = f"{client_metadata.NO_REDIRECT_URI} Or use a preset: idp client presets {shlex.quote(name.lower())}"
    return Invalid(**{**wrong.problems, "redirect_uris": advice})


def changed_by(preset_id: str, app_url: str | None, client: Client, settings: Config) -> dict[str, Any]:
    """What the preset changes in a client that is there already; an empty id only says that it is none of those known."""
    if not preset_id:
        return {"preset": None}
    found = settings_of(preset_id, app_url or client.app_url, settings)
    changes = applying.changes(found, {each.field: getattr(client, each.field) for each in found})
    return {"preset": preset_id, **{each.field: each.value for each in changes}}


def show_what_was_set(
    added: Client, secret: str | None, set_by_preset: Sequence[Setting], given: dict[str, Any], settings: Config
) -> None:
    """Print what a new client's preset set and why, and its sheet."""
    click.echo(f"Registered {added.name} with the preset {added.preset}, which sets:\n")
    width = max(map(len, _LABELS.values()))
    for setting in set_by_preset:
        own = setting.field in given
        shown = _shown(setting.field, given[setting.field] if own else setting.value)
        for label, value in zip([_LABELS[setting.field], *[""] * len(shown)], shown, strict=False):
            click.echo(f"  {label.ljust(width)}  {value}")
        click.echo(f"  {' ' * width}  ({'as you said' if own else setting.reason})")
    click.echo()
    click.echo(sheet.as_text(_sheet(added, secret, settings)), nl=False)
    if secret:
        click.echo(f"\nThe secret is shown this once. The rest again: {PROGRAM} client sheet {added.client_id}")


def _shown(field: str, value: Any) -> list[str]:
    if field in ("redirect_uris", "post_logout_redirect_uris"):
        return list(value)
    if field == "require_pkce":
        return ["require" if value else "allow"]
    if field == "id_token_claims":
        return ["yes" if value else "no"]
    return [" ".join(value) if field == "scopes" else value or "client_secret_basic or client_secret_post"]


def _sheet(client: Client, secret: str | None, settings: Config) -> sheet.Sheet:
    if not {AUTHORIZATION_CODE, DEVICE_CODE} & set(client.grant_types):
        raise Invalid(
            client=f"{client.name} signs nobody in. It gets tokens for itself at {settings.issuer}{endpoints.TOKEN}."
        )
    preset = presets.of_client(client.preset, public=client.is_public)
    values = client_metadata.as_registered(client)
    return sheet.make(
        preset, values, _provider(settings), name=appearance.name(), secret=secret, obstacle=logout.obstacle(client)
    )


def _provider(settings: Config) -> dict[str, Any]:
    return metadata.document(settings.issuer, list(ALGORITHMS))
