"""Web origins: what one is, and from where pages may read the endpoints that applications call.

That is where those take people back in.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from idp.storage import clients
from idp.storage.models import Client

_ORIGIN = re.compile(r"https?://(?P<host>[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(:[0-9]{1,5})?")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def of(address: str) -> str | None:
    """The origin of a web address as browsers write it (RFC 6454 6.2); None for those of apps, and for what is no address."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or parts.hostname is None:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}")


def is_of(client: Client, origin: str) -> bool:
    """Whether a client takes people back in at this origin."""
    return any(of(uri) == origin for uri in client.redirect_uris)


def is_of_anybody(origin: str) -> bool:
    """Whether any client that isn't switched off does."""
    found = _ORIGIN.fullmatch(origin)
    return found is not None and any(is_of(client, origin) for client in clients.with_host(found["host"]))
