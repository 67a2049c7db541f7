"""The only cookie: its name, and its value in a request."""

from __future__ import annotations

from idp.config import Config


def cookie_name(config: Config) -> str:
    """`__Host-` makes browsers refuse a cookie that another host of the domain plants; it needs https."""
    return "__Host-foyer" if config.secure else "foyer"


def handle_in(header: str, name: str) -> str | None:
    """The value of the cookie in a Cookie header; the gate has made sure that there is one at most."""
    mine = f"{name}="
    return next((part[len(mine) :] for part in header.split("; ") if part.startswith(mine)), None)
