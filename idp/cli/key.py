"""`idp key`: the keys that sign ID tokens."""

from __future__ import annotations

import click

from idp.called import PROGRAM
from idp.cli.output import as_json, instant, opened, show_json, show_table
from idp.oidc import key_changes, key_files

_MEANING = {"active": "signs now", "next": "published, signs next", "retired": "published, signs no more"}


@click.group()
def key() -> None:
    """List, rotate and retire the keys that sign ID tokens."""


@key.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List the keys and what each is for."""
    settings = opened()
    entries = key_files.read(settings.keys_dir)
    if as_json:
        show_json([
            {"kid": each.kid, "alg": each.alg, "state": each.state, "created_at": each.created_at,
             "retired_at": each.retired_at} for each in entries
        ])  # fmt: skip
        return
    rows = [(each.kid, each.alg, _MEANING[each.state], instant(each.created_at)) for each in entries]
    show_table(("KEY ID", "ALGORITHM", "STATE", "MADE"), rows, f"No keys yet. Run: {PROGRAM} init")


@key.command()
@as_json
def rotate(as_json: bool) -> None:
    """Sign with the next keys from now on. The old ones stay published, so nobody is signed out."""
    settings = opened()
    done = key_changes.rotate(settings.keys_dir)
    if as_json:
        show_json([{"kid": each.kid, "alg": each.alg} for each in done.active])
    else:
        for each in done.active:
            click.echo(f"{each.alg}: {each.kid} signs now.")
    for each in done.replaced:
        click.echo(
            f"Note: {each.kid} should have signed for {each.alg} and couldn't be used (its file was missing, damaged or "
            "readable by others). It is gone, and a new key has taken its place.",
            err=True,
        )
    if key_changes.is_young(done.active):
        click.echo(
            "Note: this key has been published for less than a day. An application that keeps the list of keys for longer "
            "may refuse sign-ins until it reads the list again.",
            err=True,
        )


class _TakesKeyId(click.Command):
    """A command whose argument may begin with a hyphen, as one key id in 64 does (RFC 7638)."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_plain = args[:1] in (["-h"], ["--help"], ["--"])
        return super().parse_args(ctx, args if is_plain else ["--", *args])


@key.command(cls=_TakesKeyId)
@click.argument("kids", metavar="KID…", nargs=-1, required=True)
def retire(kids: tuple[str, ...]) -> None:
    """Stop publishing keys that sign no more, and delete them. A new key takes the place of one that would sign next."""
    settings = opened()
    entries = {each.kid: each for each in key_files.read(settings.keys_dir)}
    made = key_changes.retire(settings.keys_dir, *kids)
    for kid in kids:
        click.echo(f"Retired {kid}.")
    for each in made:
        click.echo(f"{each.alg}: {each.kid} is published from now on and signs next.")
    if any(kid in entries and key_changes.is_still_needed(entries[kid]) for kid in kids):
        click.echo(
            "Note: keys retired here signed until less than a day ago; what they signed can't be checked any more.",
            err=True,
        )


COMMANDS = (key,)
