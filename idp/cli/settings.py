"""`idp settings`: what holds for everybody, and what this provider is called and looks like."""

from __future__ import annotations

from typing import Any

import click

from idp.cli.output import as_json, file_from, opened, seconds, show_fields, show_json
from idp.directory import appearance as look
from idp.directory import policy
from idp.storage import appearance
from idp.storage.session_lengths import ALL, DAY, HOUR

_LENGTHS = {
    "session_lifetime": "Signed in for at most",
    "kept_lifetime": "On devices that stay signed in",
    "two_factors_idle": "Two factors, without a visit",
}


@click.group()
def settings() -> None:
    """Show and change what holds for everybody."""


@settings.command()
@as_json
def show(as_json: bool) -> None:
    """Show the settings."""
    opened()
    found: dict[str, Any] = {
        "name": appearance.name(), "configured_name": appearance.configured_name(), "accent": appearance.accent(),
        "has_logo": appearance.logo() is not None, "require_mfa": policy.everybody_needs_mfa(), **policy.session_lengths(),
    }  # fmt: skip
    if as_json:
        show_json(found)
        return
    by_configuration = (
        "" if appearance.chosen_name() is None else f" (the configuration says {found['configured_name']})"
    )
    show_fields({
        "Name": found["name"] + by_configuration,
        "Colour": found["accent"] or "the usual one",
        "Logo": "your own" if found["has_logo"] else "the usual sign",
        "Second factor for everybody": "yes" if found["require_mfa"] else "no",
        **{label: _in_words(found[name]) for name, label in _LENGTHS.items()},
    })  # fmt: skip


@settings.command("set")
@click.option("--name", help="What pages, mails and authenticator apps call this provider; empty: as configured.")
@click.option("--accent", metavar="COLOUR", help="Colour of buttons and links, such as #1c5f49; empty: the usual one.")
@click.option("--logo", "logo", metavar="FILE", help="A picture (PNG, WebP, JPEG, GIF) to show as the logo.")
@click.option("--no-logo", is_flag=True, help="Show the usual sign instead of a logo.")
@click.option("--session", metavar="SPAN", help="How long people stay signed in: 1h to 24h.")
@click.option("--kept-session", metavar="SPAN", help="And on devices where they want to stay so: 1d to 30d.")
@click.option("--two-factors-idle", metavar="SPAN", help="How long two factors count without a visit: 5m to 60m.")
@click.option(
    "--require-mfa/--no-require-mfa", "require_mfa", default=None,
    help="Whether everybody needs a second factor, at every application.",
)  # fmt: skip
def set_(
    name: str | None, accent: str | None, logo: str | None, no_logo: bool, session: str | None, kept_session: str | None,
    two_factors_idle: str | None, require_mfa: bool | None,
) -> None:  # fmt: skip
    """Change settings. Running servers follow within a second."""
    spans = zip([length.name for length in ALL], (session, kept_session, two_factors_idle), strict=True)
    lengths = {at: seconds(span) for at, span in spans if span is not None}
    if (name, accent, logo, require_mfa) == (None,) * 4 and not lengths and not no_logo:
        raise click.UsageError("Say what to change, for example --name.")
    if logo is not None and no_logo:
        raise click.UsageError("Either --logo or --no-logo.")
    opened()
    sent = None if logo is None else file_from(logo)
    policy.check_session_lengths(lengths)
    look.change(name=name, accent=accent)
    policy.change_session_lengths(lengths)
    if sent is not None:
        look.change_logo(sent)
    if no_logo:
        look.remove_logo()
    if require_mfa is not None:
        policy.demand_mfa_of_everybody(require_mfa)
    click.echo(_said(require_mfa))


def _said(require_mfa: bool | None) -> str:
    if require_mfa is None:
        return "Changed the settings."
    return "Everybody needs a second factor now." if require_mfa else "Only who has a second factor is asked for it."


def _in_words(length: int) -> str:
    if length >= 2 * DAY and length % DAY == 0:
        return f"{length // DAY} days"
    if length % HOUR == 0:
        return f"{length // HOUR} hour" + ("s" if length != HOUR else "")
    return f"{length // 60} minutes"


COMMANDS = (settings,)
