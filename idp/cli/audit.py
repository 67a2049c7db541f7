"""`idp audit`: what has happened."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import click

from idp import activity, clock
from idp.cli.output import as_json, opened, seconds
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
@click.option("--client", help="Only what happened with this client id.")
@click.option("--since", metavar="T", help="Only from then on: 2h, 7d, or a date.")
@click.option("--follow", is_flag=True, help="Go on printing what happens, until stopped.")
@as_json
def audit(user: str | None, client: str | None, since: str | None, follow: bool, as_json: bool) -> None:
    """Print what has happened: sign-ins and refusals, tokens, changes."""
    opened()
    start, last = _since(since), 0
    while True:
        for row in activity.rows(user=user, client=client, since=start, after_id=last):
            last = row.id
            click.echo(_json_line(row) if as_json else _text_line(row))
        if not follow:
            return
        time.sleep(LOOK_EVERY)


def _described(row: Activity) -> dict[str, Any]:
    named = {"user": row.username, "client": row.client_id, "address": row.address, "attempt": row.attempt}
    return {**{name: value for name, value in named.items() if value is not None}, **row.detail}


def _json_line(row: Activity) -> str:
    return json.dumps({"at": row.at, "event": row.event, **_described(row)})


def _text_line(row: Activity) -> str:
    at = datetime.fromtimestamp(row.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
    shown = (
        f"{name}={','.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in _described(row).items()
    )
    return f"{at} {row.event:<22} " + " ".join(shown)


COMMANDS = (audit,)
