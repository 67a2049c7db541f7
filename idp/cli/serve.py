"""`idp serve`: the production server, in the foreground."""

from __future__ import annotations

import errno
import logging
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import click

from idp import clock, config, listening, log
from idp.config import Config
from idp.errors import ConfigurationError

DELETING_EVERY = 60.0  # seconds
SIGN_OUTS_EVERY = 2.0  # seconds; somebody whom an administrator signs out is out everywhere
MAIL_EVERY = 2.0  # seconds; somebody waits for their sign-in link


@click.command()
def serve() -> None:
    """Serve people and applications until stopped."""
    settings = config.load()
    log.start(settings.log_format, settings.log_level)
    _check_address(settings.bind)
    # Everything that a request needs, once, before the processes part ways.
    from idp.app import create_gateway
    from idp.web.workers import Chore, Workers

    gateway = create_gateway(settings)
    _greet(settings)
    _warn_of_open_folder(settings)
    chores = [Chore(DELETING_EVERY, _delete_what_has_expired)]
    chores.append(Chore(SIGN_OUTS_EVERY, _tell_of_sign_outs(settings)))
    if settings.mail:
        chores.append(Chore(MAIL_EVERY, _deliver_mail))
    code = Workers(settings, gateway, *chores).run()
    if code == 0:
        click.echo("Stopped.")
    sys.exit(code)


def _greet(settings: Config) -> None:
    from idp.directory import setup
    from idp.storage import appearance, database

    click.echo(f"{appearance.name()} is at {settings.issuer} (listening on {settings.bind}).")
    if elsewhere := listening.warning(settings.issuer, settings.bind):
        click.echo(elsewhere)
    if setup.is_needed():
        click.echo(
            "\nThere is no administrator yet. Open this link once, within an hour, to create one:\n\n"
            f"  {settings.issuer}/setup?link={setup.new_link()}\n"
        )
    sys.stdout.flush()
    database.close()


def _warn_of_open_folder(settings: Config) -> None:
    from idp.doctor.folder import open_to_others

    with suppress(FileNotFoundError):  # not needed where the database is elsewhere
        if found := open_to_others(settings.data_dir):
            warning = logging.getLogger(__name__).warning
            warning("%s", found.says)
            warning("%s", found.mend)  # a line of its own: the log cuts long ones, and this is to be typed


def _delete_what_has_expired() -> None:
    from idp.storage import database, pictures
    from idp.storage.purge import purge

    try:
        purge(clock.now())
        pictures.sweep(clock.now())
    except database.Unavailable:  # busy or away; the next round will do
        pass
    finally:
        database.close()


def _tell_of_sign_outs(settings: Config) -> Callable[[], None]:
    from idp.oidc.keys import KeySet
    from idp.oidc.logout import deliveries
    from idp.storage import database

    keys = KeySet(settings.keys_dir)  # of the chore's own thread

    def tell() -> None:
        try:
            while deliveries.deliver_due(settings.issuer, keys):
                pass
        except database.Unavailable:
            pass
        finally:
            database.close()

    return tell


def _deliver_mail() -> None:
    from idp.mail import outbox
    from idp.storage import database

    try:
        outbox.deliver()
    except database.Unavailable:
        pass
    finally:
        database.close()


def _check_address(bind: str) -> None:
    """Raises ConfigurationError when nobody can listen there, or somebody does: the workers would share their port."""
    from idp.web.workers import listening_socket

    file = bind.removeprefix("unix:") if bind.startswith("unix:") else None
    try:
        if file:
            _clear_socket_file(file)
        listening_socket(bind).close()
        if file:
            os.unlink(file)
    except OSError as wrong:
        said = (_REASONS_OF_FILES if file else _REASONS).get(wrong.errno or 0)
        raise ConfigurationError(f"Can't listen on {bind}: {said or f'{wrong.strerror or wrong}.'}") from None


_REASONS = {
    errno.EADDRINUSE: "something else listens there already. Stop it, or choose another port, with bind and issuer in "
    "idp.toml (or IDP_BIND and IDP_ISSUER).",
    errno.EACCES: "this user may not. Choose a port above 1023 with IDP_BIND, and put a reverse proxy in front.",
}
_REASONS_OF_FILES = {
    errno.EADDRINUSE: "something else listens there already. Stop it, or choose another file with IDP_BIND.",
    errno.EEXIST: "there is a file already, and it is no socket. Move it away, or choose another one with IDP_BIND.",
    errno.ENOENT: "there is no such folder. Make it, or choose another one with IDP_BIND.",
    errno.EACCES: "this user may not. Give the folder to this user, or choose another one with IDP_BIND.",
}


def _clear_socket_file(path: str) -> None:
    if not os.path.lexists(path):
        return
    if not Path(path).is_socket():
        raise OSError(errno.EEXIST, "in the way")
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            os.unlink(path)  # left behind by a server that was killed
            return
    raise OSError(errno.EADDRINUSE, "in use")


COMMANDS = (serve,)
