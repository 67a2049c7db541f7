"""An issuer that is this machine itself, as in a first try: what to do before other devices can use it."""

from __future__ import annotations

from urllib.parse import urlsplit

from idp.reach import is_loopback
from idp.said import Said, said


def warning(issuer: str) -> Said | None:
    """The sentence for whoever is about to give this issuer to other devices; None for one that they can reach."""
    if not is_loopback(urlsplit(issuer).hostname or ""):
        return None
    return said(
        "Only this computer can open %(issuer)s. For phones, other machines and containers, set IDP_ISSUER to the address that "
        "people will use and restart: the README says how under “Behind a reverse proxy”.",
        issuer=issuer,
    )
