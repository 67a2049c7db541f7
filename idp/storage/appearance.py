"""What this provider is called and looks like: as an administrator has chosen, else as the configuration says."""

from __future__ import annotations

from idp.storage import settings

NAME, LOGO, ACCENT = "name", "logo", "accent"

_configured = "Foyer"


def use(name: str) -> None:
    """Be called this where nobody has chosen another name; said once, when the program starts."""
    global _configured  # noqa: PLW0603  one a process, like the database
    _configured = name


def name() -> str:
    """What pages, mails, passkeys and authenticator apps call this provider."""
    return settings.chosen().get(NAME, _configured)


def chosen_name() -> str | None:
    """The name that an administrator has chosen, if one has."""
    return settings.chosen().get(NAME)


def configured_name() -> str:
    """The name in the configuration."""
    return _configured


def logo() -> str | None:
    """The file name of the logo among the pictures."""
    return settings.chosen().get(LOGO)


def accent() -> str | None:
    """The colour of buttons and links as `#rrggbb`, where an administrator has chosen one."""
    return settings.chosen().get(ACCENT)
