"""`idp client`: the applications that sign people in here."""

from __future__ import annotations

import shlex
from typing import Any

import click

from idp.called import PROGRAM, as_called
from idp.cli import claims, client_advice, client_options, client_words, preset
from idp.cli.output import (
    as_json,
    confirm,
    file_from,
    opened,
    seconds,
    secret_from_stdin,
    show_fields,
    show_json,
    show_table,
)
from idp.errors import Invalid
from idp.oidc import (
    checked_registration,
    client_logo,
    client_metadata,
    dynamic_registration,
    registration,
    subject_metadata,
)
from idp.storage import clients
from idp.storage.models import Client


@click.group()
def client() -> None:
    """Register applications; show what to enter in them."""


@client.command()
@click.argument("name")
@client_options.metadata_options_of_new
@claims.options_of_new
@click.option(
    "--preset", "preset_id", metavar="PRESET", help=as_called("Settings known to fit, from: idp client presets.")
)
@click.option("--client-id", help="An id that the application has fixed; made up unless given.")
@click.option("--client-secret-stdin", is_flag=True, help="Read a secret it has already from standard input.")
@as_json
def add(
    name: str, preset_id: str | None, client_id: str | None, client_secret_stdin: bool, as_json: bool, **options: Any
) -> None:
    """Register an application. NAME is what people see when they sign in to it.

    A preset fills in what isn't given and prints the application's own setup steps.
    """
    settings = opened()
    given = claims.wanted(options, {}) | client_options.given(options)
    by_preset = preset.settings_of(preset_id, given.get("app_url"), settings) if preset_id else ()
    metadata = {**{each.field: each.value for each in by_preset}, **given}
    if preset_id:
        metadata["preset"] = preset_id
    secret = secret_from_stdin("Client secret") if client_secret_stdin else None
    try:
        added, secret = registration.add(name, client_id=client_id, client_secret=secret, **metadata)
    except Invalid as wrong:
        raise wrong if preset_id else preset.advised(name, wrong) from None
    if as_json:
        show_json(client_metadata.as_registered(added, secret))
    elif preset_id:
        preset.show_what_was_set(added, secret, by_preset, given, settings)
    else:
        client_advice.show_what_to_paste(added, secret, settings.issuer)
    _warn(added)


def _warn(changed: Client) -> None:
    for sentence in client_words.notes(changed):
        click.echo(f"Note: {sentence}", err=True)


@client.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List the applications."""
    opened()
    found = clients.all_clients()
    if as_json:
        show_json([client_metadata.as_registered(each) for each in found])
        return
    rows = [
        (each.name, each.client_id, ", ".join(each.allowed_groups) or "everybody", client_words.state(each))
        for each in found
    ]
    show_table(("NAME", "CLIENT ID", "FOR", "STATE"), rows,
               as_called("No applications yet. Add one with: idp client add NAME --preset PRESET --app-url URL"))  # fmt: skip


@client.command()
@click.argument("client_id")
@as_json
def show(client_id: str, as_json: bool) -> None:
    """Show one application; never its secret."""
    opened()
    found = registration.get(client_id)
    if as_json:
        show_json(client_metadata.as_registered(found))
        return
    show_fields(client_words.described(found))
    typed = shlex.quote(client_id)
    click.echo(
        f"\nWhat to enter in its settings: {PROGRAM} client sheet {typed}\nTo change it: {PROGRAM} client set {typed}"
    )
    if found.has_secret:
        click.echo(f"The secret is never shown again. A new one: {PROGRAM} client rotate-secret {typed}")


@client.command("set")
@click.argument("client_id")
@client_options.metadata_options
@claims.options
@click.option(
    "--add-redirect-uri",
    "more_uris",
    multiple=True,
    metavar="URI",
    help="One more address, besides those registered; may be given several times.",
)
@click.option("--add-post-logout-redirect-uri", "more_after_logout", multiple=True, metavar="URI",
              help="One more address for after signing out; may be given several times.")  # fmt: skip
@click.option("--name", help="A new name.")
@click.option(
    "--preset", "preset_id", metavar="PRESET", help="Settings known to fit; addresses are added to those there."
)
@click.option("--logo", metavar="FILE", help="A picture (PNG, WebP, JPEG, GIF) to show as its logo; empty: none.")
@click.option("--everybody", is_flag=True, help="Everybody may use it, whatever groups they are in.")
@click.option("--enable/--disable", "enable", default=None, help="Switch the application off, or on again.")
@click.option("--take-over", is_flag=True, help="Let it no longer change its own settings, if it registered itself.")
@click.option(
    "--checked", is_flag=True, help="Warn people of it no more, if it registered itself: you have checked it."
)
@click.option("--yes", is_flag=True, help="Don't ask, even if people lose their accounts in the application.")
def set_(
    client_id: str,
    more_uris: tuple[str, ...],
    more_after_logout: tuple[str, ...],
    name: str | None,
    preset_id: str | None,
    logo: str | None,
    everybody: bool,
    enable: bool | None,
    take_over: bool,
    checked: bool,
    yes: bool,
    **options: Any,
) -> None:
    """Change an application. What is given replaces what was there; the rest stays."""
    settings = opened()
    found = registration.get(client_id)
    metadata = claims.wanted(options, found.claims) | client_options.given(options)
    sent = file_from(logo) if logo else None
    if preset_id is not None:
        metadata = preset.changed_by(preset_id, metadata.get("app_url"), found, settings) | metadata
    if name is not None:
        metadata["name"] = name
    if everybody:
        if "allowed_groups" in metadata:
            raise click.UsageError("Either --everybody or --group.")
        metadata["allowed_groups"] = []
    for field, more in (("redirect_uris", more_uris), ("post_logout_redirect_uris", more_after_logout)):
        if more:
            metadata[field] = list(dict.fromkeys([*metadata.get(field, getattr(found, field)), *more]))
    if not metadata and enable is None and logo is None and not take_over and not checked:
        raise click.UsageError("Say what to change, for example --redirect-uri.")
    had_secret = found.has_secret
    if metadata:
        if sentence := subject_metadata.change_problem(found, metadata):
            confirm(f"{sentence} Go on?", yes=yes)
        found = registration.change(found, accept_new_subjects=True, **metadata)
    if sent is not None:
        client_logo.change(found, sent)
    elif logo is not None:
        client_logo.remove(found)
    if enable is not None:
        registration.switch(found, on=enable)
    if take_over and found.registration_token_digest:
        dynamic_registration.let_go(found)
    if checked and found.is_unchecked:
        checked_registration.confirm(found, checked_registration.fingerprint(found))
    click.echo(f"Changed {found.name}.")
    if preset_id:
        click.echo(f"What to enter in its settings: {PROGRAM} client sheet {shlex.quote(found.client_id)}")
    if found.has_secret and not had_secret:
        click.echo(f"It needs a secret now. Make one: {PROGRAM} client rotate-secret {shlex.quote(client_id)}")
    _warn(found)


@client.command("rotate-secret")
@click.argument("client_id")
@click.option("--keep", default="0s", metavar="SPAN", help="How long the old secret goes on working: 1h, 1d, 7d.")
@click.option("--only-newest", is_flag=True, help="Make none, but let only the newest one go on working.")
@as_json
def rotate_secret(client_id: str, keep: str, only_newest: bool, as_json: bool) -> None:
    """Make a new client secret. The old one stops working at once, or after a while."""
    opened()
    found = registration.get(client_id)
    if only_newest:
        registration.forget_earlier_secrets(found)
        click.echo(f"Only the newest secret of {found.name} works now.")
        return
    secret = registration.rotate_secret(found, keep=seconds(keep))
    if as_json:
        show_json({"client_id": found.client_id, "client_secret": secret})
    else:
        click.echo(f"The new secret of {found.name}, shown this once:\n\n{secret}")


@client.command()
@click.argument("client_id")
@click.option("--yes", is_flag=True, help="Don't ask.")
def delete(client_id: str, yes: bool) -> None:
    """Delete an application and all that was granted to it."""
    opened()
    found = registration.get(client_id)
    confirm(f"Delete {found.name}? People can't sign in to it any more then.", yes=yes)
    registration.delete(found)
    click.echo(f"Deleted {found.name}.")


client.add_command(preset.list_presets)
client.add_command(preset.show_sheet)

COMMANDS = (client,)
