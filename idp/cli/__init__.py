"""The command line: one module a noun, each thin over the domain.

A module offers `COMMANDS`; adding one is adding one file.
"""

from __future__ import annotations

import re
import sys

import click

from idp import __version__, cli, discover
from idp.called import as_called
from idp.errors import FoyerError
from idp.storage import database

_HALF = re.compile("[\ud800-\udfff]")  # what Python makes of bytes that are no text


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="foyer")
def idp() -> None:
    """Foyer, an OpenID Connect identity provider for your media server and everything around it.

    Settings come from environment variables and idp.toml; the README has the table.
    """


for module in discover.modules(cli):
    for command in getattr(module, "COMMANDS", ()):
        idp.add_command(command)


def main() -> None:
    """Run the command line; what is refused becomes one sentence on standard error and exit code 1."""
    try:
        if any(not argument.isprintable() and _HALF.search(argument) for argument in sys.argv):
            raise FoyerError("An argument is not valid text. Check the terminal's encoding; it should be UTF-8.")
        idp.main(standalone_mode=False)
    except FoyerError as error:
        for sentence in str(error).splitlines():
            click.echo(as_called(sentence), err=True)
        sys.exit(1)
    except click.ClickException as wrong_usage:
        wrong_usage.show()
        sys.exit(wrong_usage.exit_code)
    except OSError as refused:
        if refused.filename is None:
            raise
        click.echo(_told(refused), err=True)
        sys.exit(1)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    finally:
        database.close()


def _told(refused: OSError) -> str:
    path = refused.filename
    if isinstance(refused, PermissionError):
        return (
            f"Can't use {path}: this user may not. Run this as the user whose files these are, or give them to this one: "
            f"chown -R $(id -un) {path}"
        )
    return f"Can't use {path}: {refused.strerror}. IDP_DATA_DIR and IDP_KEYS_DIR say where data and keys are kept."
