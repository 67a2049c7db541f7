"""`idp settings`: what holds for everybody at this provider."""

from __future__ import annotations

import click

from idp.cli.output import as_json, opened, show_fields, show_json
from idp.directory import policy


@click.group()
def settings() -> None:
    """Show and change what holds for everybody."""


@settings.command()
@as_json
def show(as_json: bool) -> None:
    """Show the settings."""
    opened()
    found = {"require_mfa": policy.everybody_needs_mfa()}
    if as_json:
        show_json(found)
    else:
        show_fields({"Second factor for everybody": "yes" if found["require_mfa"] else "no"})


@settings.command("set")
@click.option(
    "--require-mfa/--no-require-mfa",
    "require_mfa",
    required=True,
    help="Whether everybody needs a second factor, at every application.",
)
def set_(require_mfa: bool) -> None:
    """Change a setting. It holds from the next sign-in on."""
    opened()
    policy.demand_mfa_of_everybody(require_mfa)
    click.echo(
        "Everybody needs a second factor now." if require_mfa else "Only who has a second factor is asked for it."
    )


COMMANDS = (settings,)
