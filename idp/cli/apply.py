"""`idp apply` and `idp export`: people, groups and applications in one file."""

from __future__ import annotations

from pathlib import Path

import click

from idp import declared
from idp.cli.output import as_json, opened, show_json


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@as_json
def apply(file: Path, dry_run: bool, as_json: bool) -> None:
    """Make people, groups and applications what FILE says. What it doesn't name stays, nothing is deleted."""
    opened()
    changes = declared.apply(declared.read(file), dry_run=dry_run)
    if dry_run:  # the secrets went back with everything else
        changes = [declared.Change(each.kind, each.name, each.fields, each.is_new) for each in changes]
    if as_json:
        show_json([
            {"kind": each.kind, "name": each.name, "new": each.is_new, "fields": each.fields,
             **({"client_secret": each.secret} if each.secret else {})}
            for each in changes
        ])  # fmt: skip
        return
    for each in changes:
        click.echo(f"{'+' if each.is_new else '~'} {each.kind} {each.name}: {', '.join(each.fields) or 'nothing set'}")
        if each.secret:
            click.echo(f"    its secret, shown this once: {each.secret}")
    if not changes:
        click.echo("Nothing to do: everything is as the file says.")
    elif dry_run:
        click.echo("Nothing has been changed: this was a dry run.")


@click.command()
def export() -> None:
    """Print what is there as a file that apply takes. Passwords and secrets aren't in it."""
    opened()
    import tomli_w

    click.echo(tomli_w.dumps(declared.export()), nl=False)


COMMANDS = (apply, export)
