"""What whoever adds an application without a preset has to paste into its settings."""

from __future__ import annotations

import click

from idp import endpoints
from idp.called import PROGRAM
from idp.cli.output import show_fields
from idp.oidc.grants import DEVICE_CODE
from idp.storage.models import Client


def show_what_to_paste(added: Client, secret: str | None, issuer: str) -> None:
    """What the settings of a new application want, with its secret, this once."""
    click.echo(f"Registered {added.name}. Paste this into its settings:\n")
    fields: dict[str, object] = {
        "Issuer": issuer,
        "Discovery URL": issuer + endpoints.DISCOVERY,
        "Client ID": added.client_id,
    }
    if secret:
        fields["Client secret"] = secret
    fields["Scopes"] = " ".join(added.scopes)
    if added.redirect_uris:
        fields["Redirect URI"] = added.redirect_uris
    if DEVICE_CODE in added.grant_types:
        fields |= {
            "Device authorization endpoint": issuer + endpoints.DEVICE_AUTHORIZATION,
            "Where people type the code": issuer + endpoints.DEVICE,
        }
    show_fields(fields)
    if secret:
        click.echo(f"\nThe secret is shown this once. A new one: {PROGRAM} client rotate-secret {added.client_id}")
