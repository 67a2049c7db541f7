"""`idp audit`: what has happened."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import click

from idp import activity, clock
from idp.cli import activity_words
from idp.cli.output import as_json, opened, seconds
from idp.errors import NotFound
from idp.storage import clients, users
from idp.storage.models import Activity

LOOK_EVERY = 1.0  # seconds between looks while following


def _since(text: str | None) -> int:
    if text is None:
        return 0
    try:
        return clock.now() - seconds(text)
    except click.BadParameter:
        pass
    try:
        return int(datetime.fromisoformat(text).astimezone(UTC).timestamp())
    except ValueError:
        raise click.BadParameter("Write a span such as 2h or 7d, or a date such as 2026-01-31.") from None


@click.command()
@click.option("--user", help="Only what this user name did.")
@click.option("--client", help="Only what happened with this application: its name or its id.")
@click.option("--since", metavar="T", help="Only from then on: 2h, 7d, or a date.")
@click.option("--follow", is_flag=True, help="Go on printing what happens, until stopped.")
@as_json
def audit(user: str | None, client: str | None, since: str | None, follow: bool, as_json: bool) -> None:
    """Print what has happened. Sign-ins and refusals, tokens, changes; times are those of this machine's time zone."""
    opened()
    _check(user, client)
    if client and (named := clients.by_name(client)):
        client = named.client_id
    start, last = _since(since), 0
    while True:
        for row in activity.rows(user=user, client=client, since=start, after_id=last):
            last = row.id
            click.echo(_json_line(row) if as_json else activity_words.line(row, _name_of))
        if not follow:
            break
        time.sleep(LOOK_EVERY)
    if not last and not as_json:
        click.echo("Nothing like that has happened.", err=True)


def _check(user: str | None, client: str | None) -> None:
    """Raises NotFound for who is neither there nor was."""
    if user and not users.by_name(user) and not any(activity.rows(user=user, most=1)):
        raise NotFound(f"There is no user named {user!r}, and nothing is written down about one. See: idp user list")
    known = not client or clients.by_id(client) or clients.by_name(client)
    if not known and not any(activity.rows(client=client, most=1)):
        raise NotFound(f"There is no client with the id or the name {client!r}. See: idp client list")


def _name_of(client_id: str) -> str | None:
    found = clients.by_id(client_id)
    return found.name if found else None


def _described(row: Activity) -> dict[str, Any]:
    named = {"user": row.username, "client": row.client_id, "address": row.address, "attempt": row.attempt}
    return {**{name: value for name, value in named.items() if value is not None}, **row.detail}


def _json_line(row: Activity) -> str:
    return json.dumps({"at": row.at, "event": row.event, **_described(row)})


COMMANDS = (audit,)
