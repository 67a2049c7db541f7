"""`idp invitation`: links with which people make their account by themselves."""

from __future__ import annotations

from typing import Any

import click

from idp import clock, first_try
from idp.called import PROGRAM
from idp.cli.output import as_json, instant, opened, seconds, show_json, show_table
from idp.directory import invitations
from idp.oidc import registration
from idp.storage import clients, limited
from idp.storage.models import Invitation


@click.group()
def invitation() -> None:
    """Make links with which people add themselves."""


@invitation.command()
@click.option("--group", "groups", multiple=True, help="A group to put them in; may be given several times.")
@click.option(
    "--client", "client_id", metavar="CLIENT_ID", help="The application they go on to; their account page unless given."
)
@click.option("--uses", default=1, show_default=True, help="How many people may use it.")
@click.option(
    "--expires", default="1d", show_default=True, metavar="SPAN", help="How long it is good: 1h, 1d, at most 7d."
)
@as_json
def add(groups: tuple[str, ...], client_id: str | None, uses: int, expires: str, as_json: bool) -> None:
    """Make a link to send to somebody. Whoever opens it chooses their own user name and password."""
    settings = opened()
    client = registration.get(client_id) if client_id else None
    made, handle = invitations.make(groups, client, uses=uses, lifetime=seconds(expires))
    link = invitations.url(handle, settings.issuer)
    if as_json:
        show_json({**_described(made, {client.id: client.client_id} if client else {}), "link": link})
        return
    click.echo(link)
    click.echo(
        f"For {uses} {'person' if uses == 1 else 'people'}, until {instant(made.expires_at)}. The link is shown this once. "
        f"To end it: {PROGRAM} invitation withdraw {made.id}",
        err=True,
    )
    if warning := first_try.warning(settings.issuer):
        click.echo(f"Note: {warning}", err=True)


@invitation.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List the invitations, the newest first."""
    opened()
    found = limited.every(Invitation)
    names = {client.id: client.client_id if as_json else client.name for client in clients.all_clients()}
    if as_json:
        show_json([_described(each, names) for each in found])
        return
    now = clock.now()
    show_table(
        ("NUMBER", "FOR", "GROUPS", "USED", "STATE", "UNTIL", "MADE BY"),
        [
            (each.id, names.get(each.client_id, "account page"), ", ".join(each.groups) or "-", f"{each.used} of {each.uses}",
             each.state(now), instant(each.expires_at), each.made_by)
            for each in found
        ],
        f"No invitations yet. Make one with: {PROGRAM} invitation add",
    )  # fmt: skip


@invitation.command()
@click.argument("number", type=int)
def withdraw(number: int) -> None:
    """Make an invitation worthless. Who has used it keeps their account."""
    opened()
    withdrawn = invitations.withdraw(invitations.get(number))
    click.echo(f"Withdrew invitation {number}." if withdrawn else f"Invitation {number} was withdrawn already.")


def _described(made: Invitation, client_ids: dict[int, str]) -> dict[str, Any]:
    return {
        "id": made.id, "client_id": client_ids.get(made.client_id), "groups": made.groups, "uses": made.uses, "used": made.used,
        "state": made.state(clock.now()), "made_by": made.made_by, "created_at": made.created_at, "expires_at": made.expires_at,
    }  # fmt: skip


COMMANDS = (invitation,)
