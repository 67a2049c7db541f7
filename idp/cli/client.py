"""`idp client`: the applications that sign people in here."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any

import click

from idp.cli import client_words, preset
from idp.cli.output import (
    as_json,
    confirm,
    opened,
    seconds,
    secret_from_stdin,
    show_fields,
    show_json,
    show_table,
)
from idp.oidc import client_metadata, grants, redirect_uris, registration
from idp.oidc.client_authentication import METHODS
from idp.oidc.jwt import ALGORITHMS
from idp.oidc.tokens import ACCESS_TOKEN_FORMATS
from idp.storage import clients
from idp.storage.models import Client

PLAIN = "json"
_OPTIONS = (
    click.option("--redirect-uri", "redirect_uris", multiple=True, metavar="URI",
                 help="Where people are sent back to, exactly; may be given several times."),
    click.option("--post-logout-redirect-uri", "post_logout_redirect_uris", multiple=True, metavar="URI",
                 help="Where people may be sent after signing out; kept for single sign-out, not used yet."),
    click.option("--scope", "scopes", multiple=True, help="A scope it may ask for; all of them unless given."),
    click.option("--group", "allowed_groups", multiple=True, help="A group that may use it; everybody unless given."),
    click.option("--require-mfa/--no-require-mfa", "require_mfa", default=None,
                 help="Whether people need a second factor to use it."),
    click.option("--auth-method", type=click.Choice(METHODS), help="How it proves itself; none makes it public."),
    click.option("--pkce", type=click.Choice(["require", "allow"]), help="Whether it has to use PKCE (S256)."),
    click.option("--skip-consent/--ask-consent", "skip_consent", default=None, help="Don't ask people whether to allow it."),
    click.option("--grant-type", "grant_types", multiple=True, type=click.Choice(tuple(grants.by_type())),
                 help="What it may get tokens for; authorization_code and refresh_token unless given."),
    click.option("--always-refresh/--refresh-on-request", "always_refresh", default=None,
                 help="Refresh tokens even where it doesn't ask for the scope offline_access."),
    click.option("--access-token-format", type=click.Choice(ACCESS_TOKEN_FORMATS),
                 help="opaque, or jwt for APIs that read tokens by themselves; opaque unless given."),
    click.option("--userinfo-alg", type=click.Choice((PLAIN, *ALGORITHMS)),
                 help="How the answers of userinfo are signed; json, which is not at all, unless given."),
    click.option("--introspect-all/--introspect-own", "introspects_all", default=None,
                 help="Whether it may ask about the tokens of all applications, or about its own."),
    click.option("--id-token-alg", type=click.Choice(ALGORITHMS), help="How its ID tokens are signed; RS256 unless given."),
    click.option("--id-token-claims/--no-id-token-claims", "id_token_claims", default=None,
                 help="Whether names, e-mail and groups stand in the ID token too, or only at userinfo."),
    click.option("--app-url", help="The application's own address."),
    click.option("--logo-uri", help="Its logo, shown where people sign in."),
    click.option("--policy-uri", help="Its privacy policy."),
    click.option("--tos-uri", help="Its terms of service."),
)  # fmt: skip


def _metadata_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """The metadata that the options spell out; what wasn't given is left out."""
    metadata = {name: list(value) if isinstance(value, tuple) else value for name, value in options.items()}
    if pkce := metadata.pop("pkce"):
        metadata["require_pkce"] = pkce == "require"
    given = {name: value for name, value in metadata.items() if value not in (None, [])}
    if given.get("userinfo_alg") == PLAIN:
        given["userinfo_alg"] = None
    return given


@click.group()
def client() -> None:
    """Register applications and show what they have to be told."""


@client.command()
@click.argument("name")
@_metadata_options
@click.option("--preset", "preset_id", metavar="PRESET", help="Settings known to fit, from: idp client presets.")
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
    given = _given(options)
    by_preset = preset.settings_of(preset_id, given.get("app_url"), settings) if preset_id else ()
    metadata = {**{each.field: each.value for each in by_preset}, **given}
    if preset_id:
        metadata["preset"] = preset_id
    secret = secret_from_stdin("Client secret") if client_secret_stdin else None
    added, secret = registration.add(name, client_id=client_id, client_secret=secret, **metadata)
    if as_json:
        show_json(client_metadata.as_registered(added, secret))
    elif preset_id:
        preset.show_what_was_set(added, secret, by_preset, given, settings)
    else:
        _show_what_to_paste(added, secret, settings.issuer)
    _warn(added)


def _show_what_to_paste(added: Client, secret: str | None, issuer: str) -> None:
    click.echo(f"Registered {added.name}. Paste this into its settings:\n")
    fields: dict[str, object] = {
        "Issuer": issuer,
        "Discovery URL": f"{issuer}/.well-known/openid-configuration",
        "Client ID": added.client_id,
    }
    if secret:
        fields["Client secret"] = secret
    show_fields({**fields, "Scopes": " ".join(added.scopes), "Redirect URI": added.redirect_uris})
    if secret:
        click.echo("\nThe secret is shown this once. A new one: idp client rotate-secret " + added.client_id)


def _warn(changed: Client) -> None:
    for uri in redirect_uris.insecure(changed.redirect_uris):
        click.echo(
            f"Note: {uri} is plain http, so sign-ins to it can be read on the network. Use https if you can.", err=True
        )


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
               "No applications yet. Add one with: idp client add NAME --preset PRESET --app-url URL")  # fmt: skip


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
    click.echo(f"\nWhat to enter in its settings: idp client sheet {typed}\nTo change it: idp client set {typed}")
    if not found.is_public:
        click.echo(f"The secret is never shown again. A new one: idp client rotate-secret {typed}")


@client.command("set")
@click.argument("client_id")
@_metadata_options
@click.option(
    "--add-redirect-uri",
    "more_uris",
    multiple=True,
    metavar="URI",
    help="One more address, besides those registered; may be given several times.",
)
@click.option("--name", help="A new name.")
@click.option("--everybody", is_flag=True, help="Everybody may use it, whatever groups they are in.")
@click.option("--enable/--disable", "enable", default=None, help="Switch the application off, or on again.")
def set_(
    client_id: str, more_uris: tuple[str, ...], name: str | None, everybody: bool, enable: bool | None, **options: Any
) -> None:
    """Change an application. What is given replaces what was there; the rest stays."""
    opened()
    metadata = _given(options)
    if name is not None:
        metadata["name"] = name
    if everybody:
        if "allowed_groups" in metadata:
            raise click.UsageError("Either --everybody or --group.")
        metadata["allowed_groups"] = []
    found = registration.get(client_id)
    if more_uris:
        registered = metadata.get("redirect_uris", found.redirect_uris)
        metadata["redirect_uris"] = list(dict.fromkeys([*registered, *more_uris]))
    if not metadata and enable is None:
        raise click.UsageError("Say what to change, for example --redirect-uri.")
    if metadata:
        found = registration.change(found, **metadata)
    if enable is not None:
        registration.switch(found, on=enable)
    click.echo(f"Changed {found.name}.")
    _warn(found)


@client.command("rotate-secret")
@click.argument("client_id")
@click.option("--keep", default="0s", metavar="SPAN", help="How long the old secret goes on working: 1h, 1d, 7d.")
@as_json
def rotate_secret(client_id: str, keep: str, as_json: bool) -> None:
    """Make a new client secret; the old one stops working at once, or after a while."""
    opened()
    found = registration.get(client_id)
    secret = registration.rotate_secret(found, keep=seconds(keep))
    if as_json:
        show_json({"client_id": found.client_id, "client_secret": secret})
    else:
        click.echo(f"The new secret of {found.name}, shown this once:\n\n{secret}")


@client.command()
@click.argument("client_id")
@click.option("--yes", is_flag=True, help="Don't ask.")
def delete(client_id: str, yes: bool) -> None:
    """Delete an application with everything that was granted to it."""
    opened()
    found = registration.get(client_id)
    confirm(f"Delete {found.name}? People can't sign in to it any more then.", yes=yes)
    registration.delete(found)
    click.echo(f"Deleted {found.name}.")


client.add_command(preset.list_presets)
client.add_command(preset.show_sheet)

COMMANDS = (client,)
