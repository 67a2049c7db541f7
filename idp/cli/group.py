"""`idp group`: the groups that applications are told about."""

from __future__ import annotations

from typing import Any

import click

from idp.called import PROGRAM
from idp.cli import claims
from idp.cli.output import as_json, opened, show_fields, show_json, show_table
from idp.directory import groups
from idp.directory import users as people
from idp.storage import clients, users


@click.group()
def group() -> None:
    """Add and list groups, and say who is in them."""


@group.command()
@click.argument("name")
@click.option("--display-name", help="What pages call the group.")
@as_json
def add(name: str, display_name: str | None, as_json: bool) -> None:
    """Add a group. NAME is what applications see in the groups claim."""
    opened()
    added = groups.add(name, display_name)
    if as_json:
        show_json({"name": added.name, "display_name": added.display_name})
    else:
        click.echo(f"Added the group {name}.")


@group.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List the groups."""
    opened()
    found = users.all_groups()
    if as_json:
        show_json(
            [
                {
                    "name": each.name,
                    "display_name": each.display_name,
                    "members": count,
                    "require_mfa": each.require_mfa,
                    "claims": each.claims,
                }
                for each, count in found
            ]
        )
        return
    rows = [(each.name, each.display_name or "-", count) for each, count in found]
    show_table(("NAME", "DISPLAY NAME", "MEMBERS"), rows, f"No groups yet. Add one with: {PROGRAM} group add NAME")


@group.command()
@click.argument("name")
@as_json
def show(name: str, as_json: bool) -> None:
    """Show a group and who is in it."""
    opened()
    found = groups.get(name)
    members = [person.username for person in users.members(found)]
    using = [each.name for each in clients.all_clients() if name in each.allowed_groups]
    if as_json:
        show_json({
            "name": found.name, "display_name": found.display_name, "require_mfa": found.require_mfa, "claims": found.claims,
            "members": members,
        })  # fmt: skip
        return
    show_fields({
        "Name": found.name, "Display name": found.display_name or "-",
        "Second factor": "needed" if found.require_mfa else "not demanded", "Opens": using, "Members": members,
        **({"Custom claims": claims.described(found.claims)} if found.claims else {}),
    })  # fmt: skip


@group.command("set")
@click.argument("name")
@click.option("--display-name", help="What pages call the group.")
@click.option(
    "--require-mfa/--no-require-mfa", "require_mfa", default=None, help="Whether the people in it need a second factor."
)
@claims.options
def set_(name: str, **options: Any) -> None:
    """Change a group. What isn't given stays as it is."""
    opened()
    found = groups.get(name)
    given = claims.wanted(options, found.claims)
    given |= {option: value for option, value in options.items() if value is not None}
    if not given:
        raise click.UsageError("Say what to change, for example --require-mfa.")
    groups.change(found, **given)
    click.echo(f"Changed the group {name}.")


@group.command()
@click.argument("name")
def delete(name: str) -> None:
    """Delete a group. The people in it stay."""
    opened()
    groups.delete(groups.get(name))
    click.echo(f"Deleted the group {name}.")


@group.command()
@click.argument("name", metavar="GROUP")
@click.argument("usernames", metavar="USER...", nargs=-1, required=True)
def grant(name: str, usernames: tuple[str, ...]) -> None:
    """Put people into a group."""
    opened()
    wanted = groups.get(name)
    for person in [people.get(username) for username in usernames]:
        added = groups.grant(wanted, person)
        click.echo(f"{person.username} is in {name} now." if added else f"{person.username} was in {name} already.")


@group.command()
@click.argument("name", metavar="GROUP")
@click.argument("usernames", metavar="USER...", nargs=-1, required=True)
def revoke(name: str, usernames: tuple[str, ...]) -> None:
    """Take people out of a group."""
    opened()
    wanted = groups.get(name)
    for person in [people.get(username) for username in usernames]:
        removed = groups.revoke(wanted, person)
        click.echo(f"{person.username} is out of {name} now." if removed else f"{person.username} wasn't in {name}.")


COMMANDS = (group,)
