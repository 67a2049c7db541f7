"""`idp import`: moving in from another provider."""

from __future__ import annotations

from pathlib import Path

import click

from idp.called import as_called
from idp.cli.output import as_json, opened, show_json
from idp.moving import Moved
from idp.moving import authelia as from_authelia

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("import")
def import_() -> None:
    """Move in from another provider."""


@import_.command()
@click.argument("configuration", type=_FILE)
@click.argument("users_database", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Only say what would be taken along.")
@as_json
def authelia(configuration: Path, users_database: Path, dry_run: bool, as_json: bool) -> None:
    """Take people, groups and applications over from Authelia. People keep their passwords."""
    opened()
    moved = from_authelia.move(configuration, users_database, dry_run=dry_run)
    if as_json:
        show_json({"groups": moved.groups, "users": moved.users, "clients": moved.clients, "secrets": moved.secrets,
                   "left": [as_called(each) for each in moved.left]})  # fmt: skip
    else:
        _show(moved)
        if dry_run:
            click.echo("Nothing has been changed: this was a dry run.")


def _show(moved: Moved) -> None:
    for kind, taken in (("Groups", moved.groups), ("People", moved.users), ("Applications", moved.clients)):
        click.echo(f"{kind}: {', '.join(taken) or 'none'}")
    for client_id, secret in moved.secrets.items():
        click.echo(f"New secret of {client_id}, shown this once: {secret}")
    for sentence in moved.left:
        click.echo(as_called(f"Note: {sentence}"))
    if moved.clients:
        but = ", but for the new secrets above" if moved.secrets else ""
        click.echo(f"In each application, change the issuer to this provider's; ids and secrets stay as they are{but}.")


COMMANDS = (import_,)
