"""`idp user`: the people who sign in."""

from __future__ import annotations

import sys
from typing import Any

import click

from idp.called import PROGRAM
from idp.cli import claims
from idp.cli.output import as_json, confirm, instant, opened, secret_from_stdin, show_fields, show_json, show_table
from idp.directory import rescue
from idp.directory import users as people
from idp.mail import link_requests
from idp.storage import credentials, users
from idp.storage.models import User


@click.group()
def user() -> None:
    """Add, show and change the people who sign in."""


def _described(person: User) -> dict[str, Any]:
    return {
        "username": person.username,
        "sub": person.sub,
        "email": person.email,
        "email_verified": person.email_verified,
        "display_name": person.display_name,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "groups": users.group_names(person),
        "admin": person.is_admin,
        "disabled": person.disabled_at is not None,
        "claims": person.claims,
    }


@user.command()
@click.argument("name")
@click.option("--email", required=True, help="Their e-mail address; applications are told it is verified.")
@click.option("--display-name", help="What pages and applications call them.")
@click.option("--group", "groups", multiple=True, help="A group to put them in; may be given several times.")
@click.option("--admin", is_flag=True, help="They may administer this provider.")
@click.option("--password-stdin", is_flag=True, help="Read their password from standard input.")
@as_json
def add(
    name: str, email: str, display_name: str | None, groups: tuple[str, ...], admin: bool, password_stdin: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Add a person. NAME is their user name, by which applications recognise them; it never changes."""
    opened()
    password = None
    if password_stdin or (sys.stdin.isatty() and not as_json):
        password = secret_from_stdin(f"Password for {name}")
    person = people.add(name, email=email, display_name=display_name, groups=groups, is_admin=admin, password=password)
    if as_json:
        show_json(_described(person))
    else:
        click.echo(f"Added {name}.")
    if password is None:
        click.echo(f"{name} has no password yet. Set one with: {PROGRAM} user set {name} --password-stdin", err=True)


@user.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List everybody."""
    opened()
    everybody = users.all_users()
    if as_json:
        show_json([_described(person) for person in everybody])
        return
    rows = [
        (person.username, person.email or "-", ", ".join(users.group_names(person)) or "-", _state(person))
        for person in everybody
    ]
    show_table(
        ("NAME", "E-MAIL", "GROUPS", "STATE"), rows, f"Nobody yet. Add somebody with: {PROGRAM} user add NAME --email E"
    )


def _state(person: User) -> str:
    if person.disabled_at is not None:
        return "disabled"
    return "administrator" if person.is_admin else "active"


def _address(person: User) -> str:
    return (person.email + ("" if person.email_verified else " (not verified)")) if person.email else "-"


@user.command()
@click.argument("name")
@as_json
def show(name: str, as_json: bool) -> None:
    """Show one person."""
    opened()
    person = people.get(name)
    if as_json:
        show_json(_described(person))
        return
    show_fields({
        "user name": person.username, "sub": person.sub, "e-mail": _address(person),
        "display name": person.display_name or "-", "given name": person.given_name or "-",
        "family name": person.family_name or "-", "groups": users.group_names(person), "state": _state(person),
        "added": instant(person.created_at), **({"custom claims": claims.described(person.claims)} if person.claims else {}),
    })  # fmt: skip


@user.command("set")
@click.argument("name")
@click.option("--email", help="A new e-mail address, which then counts as verified; empty: none.")
@click.option("--email-verified/--email-unverified", default=None, help="Whether the address is known to be theirs.")
@click.option("--display-name", help="What pages and applications call them; empty: none.")
@click.option("--given-name", help="Their given name; empty: none.")
@click.option("--family-name", help="Their family name; empty: none.")
@click.option("--admin/--no-admin", default=None, help="Whether they may administer this provider.")
@click.option("--password-stdin", is_flag=True, help="Read a new password from standard input; ends their sessions.")
@claims.options
def set_(
    name: str, email: str | None, email_verified: bool | None, admin: bool | None, password_stdin: bool, **options: Any
) -> None:
    """Change a person. Only what is given changes; the user name can't."""
    opened()
    person = people.get(name)
    given = {"is_admin": admin, "email": email, **{field: options.pop(field) for field in people.NAMES}}
    fields: dict[str, Any] = {
        field: value if value != "" else None for field, value in given.items() if value is not None
    }
    if email_verified is not None:
        fields["email_verified"] = email_verified
        if not fields.get("email", person.email):
            raise click.UsageError("Without an e-mail address there is nothing to verify. Say which with --email.")
    fields |= claims.wanted(options, person.claims)
    if password_stdin:
        fields["password"] = secret_from_stdin(f"New password for {name}")
    if not fields:
        raise click.UsageError("Say what to change, for example --email.")
    people.change(person, **fields)
    click.echo(f"Changed {name}.")


@user.command()
@click.argument("name")
def disable(name: str) -> None:
    """Shut a person out, at once and everywhere."""
    opened()
    people.disable(people.get(name))
    click.echo(f"Disabled {name}. Let them in again with: {PROGRAM} user enable {name}")


@user.command()
@click.argument("name")
def enable(name: str) -> None:
    """Let a disabled person in again."""
    opened()
    people.enable(people.get(name))
    click.echo(f"Enabled {name}.")


@user.command()
@click.argument("name")
@as_json
def link(name: str, as_json: bool) -> None:
    """Print a one-time link that signs a person in.

    For who has forgotten their password. It doesn't skip a second factor. Each new link replaces the one before.
    """
    settings = opened()
    person = people.get(name)
    address = link_requests.url(rescue.new_link(person), settings.issuer)
    if as_json:
        show_json({"username": name, "link": address, "lifetime": rescue.LINK_LIFETIME})
        return
    click.echo(address)
    second = "They will still be asked for their second factor. " if credentials.has_second(person) else ""
    click.echo(
        f"It signs {name} in once, within {rescue.LINK_LIFETIME // 60} minutes. {second}"
        "Give it to nobody else: it is as good as their password.",
        err=True,
    )


@user.command("end-sessions")
@click.argument("name")
def end_sessions(name: str) -> None:
    """Sign a person out everywhere. They can sign in again; to prevent that, disable them."""
    opened()
    count = people.end_sessions(people.get(name))
    click.echo(f"Signed {name} out everywhere: {count} session{'s' if count != 1 else ''}.")


@user.command("reset-factors")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Don't ask.")
def reset_factors(name: str, yes: bool) -> None:
    """Remove all second factors of a person.

    Authenticator apps, passkeys, security keys and recovery codes; signs them out everywhere, too.
    For who has lost all of them. Their password stays as it is.
    """
    opened()
    person = people.get(name)
    if not yes and sys.stdin.isatty():
        click.confirm(
            f"Remove every second factor of {name}? From then on their password alone lets them in.", abort=True
        )
    removed = rescue.reset_factors(person)
    click.echo(f"Removed {removed} from {name}, and signed them out everywhere." if removed else
               f"{name} had no second factor. They are signed out everywhere.")  # fmt: skip


@user.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Don't ask.")
def delete(name: str, yes: bool) -> None:
    """Delete a person for good. Their user name is never given to anybody else."""
    opened()
    person = people.get(name)
    confirm(f"Delete {name} for good? To shut them out for a while, disable them instead.", yes=yes)
    people.delete(person)
    click.echo(f"Deleted {name}.")


COMMANDS = (user,)
