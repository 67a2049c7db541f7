"""How commands open the provider's data and print their answers."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from idp import activity, config, log, mail
from idp.config import Config
from idp.directory.redrawing import MOST_BYTES
from idp.errors import Invalid
from idp.oidc import key_files, outgoing
from idp.storage import appearance, opening, pictures

_SPAN = re.compile(r"([0-9]{1,6})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}

as_json = click.option("--json", "as_json", is_flag=True, help="Answer with JSON.")


def opened() -> Config:
    """The configuration, with its database open; raises ConfigurationError."""
    settings = config.load()
    # A command's own events go into the activity table; its terminal is for the answer.
    log.start(settings.log_format, "error")
    opening.open_existing(settings.database, keys_exist=key_files.exist(settings.keys_dir))
    activity.acting(activity.COMMAND_LINE)
    click.get_current_context().call_on_close(lambda: activity.acting(None))
    mail.use(settings.mail)
    outgoing.use(settings.outgoing_allow)
    pictures.use(settings.data_dir, settings.issuer)
    appearance.use(settings.name)
    return settings


def show_json(value: Any) -> None:
    """Print a value for another program."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def show_table(columns: Sequence[str], rows: Sequence[Sequence[object]], empty: str) -> None:
    """Print rows for a person, or the sentence that says there are none."""
    if not rows:
        click.echo(empty)
        return
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in [list(columns), *cells]) for at in range(len(columns))]
    for row in [list(columns), *cells]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def show_fields(fields: dict[str, object]) -> None:
    """Print the fields of one thing for a person."""
    width = max(map(len, fields))
    for name, value in fields.items():
        values = value if isinstance(value, list) else [value]
        for number, each in enumerate(values or ["-"]):
            click.echo(f"{(name if number == 0 else '').ljust(width)}  {each}")


def instant(at: int | None) -> str:
    """An instant as people read it, in the time zone of this machine."""
    return datetime.fromtimestamp(at).astimezone().isoformat(" ", "minutes") if at is not None else "-"


def confirm(question: str, *, yes: bool) -> None:
    """Ask before something that can't be undone; wrong usage where nobody sits there who could answer."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("This can't be undone, and there is nobody to ask. Say so with --yes.")
    click.confirm(question, abort=True)


def secret_from_stdin(what: str) -> str:
    """The first line of standard input; asks for it, unseen and twice, where a person sits there."""
    if sys.stdin.isatty():
        answer: str = click.prompt(what, hide_input=True, confirmation_prompt=True)
        return answer
    return sys.stdin.readline().rstrip("\r\n")


def file_from(path: str) -> bytes:
    """What stands in a file, no more of it than a picture may have; raises Invalid."""
    try:
        with Path(path).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as wrong:
        raise Invalid(file=f"{path} can't be read: {wrong.strerror}.") from None


def seconds(span: str) -> int:
    """A span as people write it, such as 2h or 7d; raises BadParameter."""
    found = _SPAN.fullmatch(span)
    if found is None:
        raise click.BadParameter("Write a span such as 30m, 2h or 7d.")
    return int(found[1]) * _SECONDS[found[2]]
