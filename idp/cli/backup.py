"""`idp backup` and `idp restore`: everything in one file, and back."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from idp import backup, config
from idp.cli.output import instant, opened
from idp.oidc import key_files
from idp.storage import clients, opening, users


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def back_up(file: Path) -> None:
    """Write a backup of everything into FILE.

    Accounts, applications, signing keys and pictures. The server may go on running.
    """
    settings = opened()
    backup.write(file, keys_dir=settings.keys_dir, data_dir=settings.data_dir)
    click.echo(f"Wrote {file}. It holds the signing keys: keep it where nobody else can read it.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Don't ask before replacing what is there.")
def restore(file: Path, yes: bool) -> None:
    """Put a backup in the place of all that is there. What was there is backed up first."""
    settings = config.load()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    backups = settings.data_dir / "backups"
    opening.open_or_create(settings.database, backups=backups, keys_exist=False)
    made_at = backup.check(file)
    if users.anybody():
        if not yes and not sys.stdin.isatty():
            raise click.UsageError("There are accounts already, and they would be replaced. Say so with --yes.")
        if not yes and not _agreed(made_at):
            click.echo("Nothing was changed.", err=True)
            sys.exit(1)  # whoever wrote `idp restore … && …` counts on it
        if (settings.keys_dir / key_files.MANIFEST).exists():
            backups.mkdir(mode=0o700, exist_ok=True)
            before = backups / f"before-restore-{time.strftime('%Y%m%d-%H%M%S')}.tar.gz"
            backup.write(before, keys_dir=settings.keys_dir, data_dir=settings.data_dir)
            click.echo(f"What was there is in {before}.")
    backup.restore(file, keys_dir=settings.keys_dir, data_dir=settings.data_dir)
    click.echo(f"Restored what was there at {instant(made_at)}. Everybody has to sign in again.")


def _agreed(made_at: int) -> bool:
    people, applications = len(users.all_users()), len(clients.all_clients())
    click.echo(
        f"What is here now is replaced: {people} {'person' if people == 1 else 'people'} and {applications} "
        f"{'application' if applications == 1 else 'applications'}, with groups, signing keys and settings."
    )
    return click.confirm(f"Replace it with what was there at {instant(made_at)}?")


COMMANDS = (back_up, restore)
