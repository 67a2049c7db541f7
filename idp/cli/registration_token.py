"""`idp registration-token`: letting applications register themselves."""

from __future__ import annotations

from typing import Any

import click

from idp import clock
from idp.called import PROGRAM
from idp.cli.output import as_json, instant, opened, seconds, show_fields, show_json, show_table
from idp.endpoints import REGISTRATION
from idp.oidc import initial_access
from idp.storage import limited
from idp.storage.models import RegistrationToken


@click.group("registration-token")
def registration_token() -> None:
    """Let applications register themselves. Off as long as there is no token that allows it."""


@registration_token.command()
@click.argument("name")
@click.option("--uses", default=1, show_default=True, help="How many applications may register with it.")
@click.option("--expires", default="1d", show_default=True, metavar="SPAN", help="How long it is good: 1h, 1d, 30d.")
@as_json
def add(name: str, uses: int, expires: str, as_json: bool) -> None:
    """Make a token. NAME says what it is for; the applications that come with it are marked with it."""
    settings = opened()
    made, handle = initial_access.make(name, uses=uses, lifetime=seconds(expires))
    address = f"{settings.issuer}{REGISTRATION}"
    if as_json:
        show_json({**_as_json(made), "initial_access_token": handle, "registration_endpoint": address})
        return
    click.echo(f"For {uses} application{'s' if uses > 1 else ''}, until {instant(made.expires_at)}:\n")
    show_fields({"Registration endpoint": address, "Initial access token": handle})
    click.echo(f"\nThe token is shown this once. To end it: {PROGRAM} registration-token withdraw {made.id}")


@registration_token.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List the tokens, the newest first."""
    opened()
    found = limited.every(RegistrationToken)
    if as_json:
        show_json([_as_json(each) for each in found])
        return
    now = clock.now()
    rows = [
        (str(each.id), each.name, f"{each.used} of {each.uses}", each.state(now), instant(each.expires_at))
        for each in found
    ]
    show_table(("NUMBER", "NAME", "USED", "STATE", "UNTIL"), rows,
               f"No tokens, so no application can register itself. Make one with: {PROGRAM} registration-token add NAME")  # fmt: skip


@registration_token.command()
@click.argument("number", type=int)
def withdraw(number: int) -> None:
    """Make a token worthless. Applications that have registered with it stay."""
    opened()
    found = initial_access.get(number)
    withdrawn = initial_access.withdraw(found)
    click.echo(f"Withdrew {found.name}." if withdrawn else f"{found.name} was withdrawn already.")


def _as_json(token: RegistrationToken) -> dict[str, Any]:
    return {
        "id": token.id, "name": token.name, "uses": token.uses, "used": token.used, "state": token.state(clock.now()),
        "expires_at": token.expires_at,
    }  # fmt: skip


COMMANDS = (registration_token,)
