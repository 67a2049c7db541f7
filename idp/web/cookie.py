"""The cookies: their names, and their values in a request.

The session's is the only one that opens anything; the device's, set where mail is on, only tells a browser that
somebody has signed in with before from a new one.
"""

from __future__ import annotations

from idp.config import Config


def cookie_name(config: Config) -> str:
    """`__Host-` makes browsers refuse a cookie that another host of the domain plants; it needs https."""
    return "__Host-foyer" if config.secure else "foyer"


def device_cookie_name(config: Config) -> str:
    """The name of the device's cookie, by the same rule."""
    return "__Host-foyer-device" if config.secure else "foyer-device"


def handle_in(header: str, name: str) -> str | None:
    """The value of a cookie of ours in a Cookie header; the gate has made sure that there is one at most."""
    mine = f"{name}="
    return next((part[len(mine) :] for part in header.split("; ") if part.startswith(mine)), None)
