"""What this provider is called and looks like: choosing its name, its colour and its logo, and going back to the usual."""

from __future__ import annotations

from idp import activity, colour
from idp.directory import names, redrawing
from idp.errors import Invalid
from idp.storage import appearance, pictures, settings
from idp.storage.appearance import ACCENT, LOGO, NAME
from idp.storage.database import transaction

LONGEST_NAME = 60  # characters, as in the configuration


def change(*, name: str | None = None, accent: str | None = None) -> list[str]:
    """Choose a name or a colour; an empty text goes back to the usual. Returns which of them changed; raises Invalid."""
    problems: dict[str, str] = {}
    wanted: dict[str, str | None] = {}
    if name is not None:
        wanted[NAME] = name.strip() or None
        if wanted[NAME] and (problem := _name_problem(name.strip())):
            problems[NAME] = problem
    if accent is not None:
        wanted[ACCENT] = colour.parse(accent) if accent.strip() else None
        if accent.strip() and wanted[ACCENT] is None:
            problems[ACCENT] = "Write a colour as # and six digits or letters from a to f, such as #1c5f49."
    if problems:
        raise Invalid(**problems)
    settings.look_again()
    different = {at: value for at, value in wanted.items() if settings.chosen().get(at) != value}
    if different:
        with transaction(durable=True):
            for at, value in different.items():
                settings.choose(at, value)
            activity.record("settings.changed", fields=sorted(different))
    return sorted(different)


def change_logo(sent: bytes) -> None:
    """Show the picture in this file as the provider's logo; raises Invalid with the reason why it can't be taken."""
    _replace_logo(pictures.keep(*redrawing.whole(sent, LOGO)))


def remove_logo() -> None:
    """Show the usual sign instead."""
    _replace_logo(None)


def _replace_logo(name: str | None) -> None:
    settings.look_again()
    before = appearance.logo()
    with transaction(durable=True):
        settings.choose(LOGO, name)
        activity.record("settings.changed", fields=[LOGO])
    pictures.remove(before)


def _name_problem(name: str) -> str | None:
    if len(name) > LONGEST_NAME:
        return f"A name has 1 to {LONGEST_NAME} characters that can be seen."
    return names.display_name_problem(name)
