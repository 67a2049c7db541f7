"""`idp init` and `idp setup-link`: from nothing to the first administrator."""

from __future__ import annotations

import click

from idp import config
from idp.cli.output import as_json, opened, show_json
from idp.directory import setup
from idp.doctor.folder import open_to_others
from idp.errors import ConfigurationError
from idp.oidc import key_files
from idp.storage import opening, users


@click.command()
def init() -> None:
    """Make database and keys, or bring them up to date. Safe to run again."""
    settings = config.load()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The database first: if this is cut short, running it again finds a database without keys and makes those.
    keys_exist = key_files.exist(settings.keys_dir)
    backups = settings.data_dir / "backups"
    applied = opening.open_or_create(settings.database, backups=backups, keys_exist=keys_exist)
    if not keys_exist and users.anybody():
        raise ConfigurationError(
            f"There are accounts in the database, but no signing keys in {settings.keys_dir}. "
            "Put the keys folder of your backup there."
        )
    made = key_files.create(settings.keys_dir)
    is_new = bool(applied) and applied[0].number == 1
    if is_new:
        click.echo("Database: made.")
    for step in () if is_new else applied:
        click.echo(f"Database: applied {step.number:04d} {step.name.replace('_', ' ')}.")
    if made:
        click.echo(f"Signing keys: made in {settings.keys_dir}.")
    if not applied and not made:
        click.echo("Nothing to do: database and signing keys are up to date.")
    # One that was there before is left as it is: it may be shared on purpose, or belong to somebody else.
    if found := open_to_others(settings.data_dir):
        click.echo(f"{found.says} {found.mend}", err=True)


@click.command("setup-link")
@as_json
def setup_link(as_json: bool) -> None:
    """Print a link that makes or restores an administrator. It works once, also for one who is locked out."""
    settings = opened()
    link = f"{settings.issuer}/setup?link={setup.new_link()}"
    if as_json:
        show_json({"link": link, "lifetime": setup.LINK_LIFETIME})
    else:
        click.echo(link)


COMMANDS = (init, setup_link)
