"""Finding the database that belongs to this provider, and refusing every other state of things."""

from __future__ import annotations

from pathlib import Path

from idp.errors import ConfigurationError
from idp.storage import database, migrations
from idp.storage.migrations import Step


def open_existing(url: str, *, keys_exist: bool = False) -> None:
    """Open the database; raises ConfigurationError unless it is there, whole and of this version.

    A database that is missing or empty is a lost one: going on would offer set-up to whoever comes first.
    """
    database.open_database(url)
    try:
        if is_missing():
            if keys_exist:
                raise _lost()
            raise ConfigurationError(
                f"There is no database at {_place()}. Are you in the folder where Foyer was started? It reads idp.toml, data and "
                "keys there. If this is a new installation, run: idp init. Otherwise restore the database of your backup first."
            )
        migrations.check()
    except (*database.Unavailable, database.Damaged) as wrong:
        raise ConfigurationError(f"The database at {_place()} can't be used: {_first_line(wrong)}") from None


def open_or_create(url: str, *, backups: Path, keys_exist: bool) -> list[Step]:
    """Open the database, make it if this is a new installation, and bring it up to this version.

    Returns the migrations that were applied. Raises ConfigurationError for a missing database beside keys: those belong to
    accounts that somebody has lost.
    """
    database.open_database(url)
    try:
        if is_missing():
            if keys_exist:
                raise _lost()
            if database.is_sqlite():
                file = database.sqlite_file()
                file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                file.touch(mode=0o600)
        return migrations.migrate(backups)
    except (*database.Unavailable, database.Damaged) as wrong:
        raise ConfigurationError(f"The database at {_place()} can't be used: {_first_line(wrong)}") from None


def is_missing() -> bool:
    """Whether there is no database, or one without any table of ours."""
    if database.is_sqlite():
        file = database.sqlite_file()
        if not file.exists() or file.stat().st_size == 0:
            return True
    return migrations.version() == 0


def _lost() -> ConfigurationError:
    return ConfigurationError(
        f"There is no database at {_place()}, but there are signing keys of an installation that had one. "
        "Restore your backup: idp restore FILE. To begin anew with no accounts, move the keys folder away and run: idp init"
    )


def _place() -> str:
    return str(database.sqlite_file()) if database.is_sqlite() else "the address in IDP_DATABASE_URL"


def _first_line(wrong: BaseException) -> str:
    return (str(wrong).splitlines() or [type(wrong).__name__])[0]
