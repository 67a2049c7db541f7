"""The name of the only cookie."""

from __future__ import annotations

from idp.config import Config


def cookie_name(config: Config) -> str:
    """`__Host-` makes browsers refuse a cookie that another host of the domain plants; it needs https."""
    return "__Host-foyer" if config.secure else "foyer"
