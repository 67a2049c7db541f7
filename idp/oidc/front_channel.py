"""Front-Channel Logout: pages of applications that, loaded unseen in the person's browser, sign them out there."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from idp.oidc import origins, redirect_uris
from idp.storage.models import Client


def frames(clients: Iterable[Client], *, issuer: str, sid: str) -> list[str]:
    """The addresses to load for a session that has ended (OIDC Front-Channel Logout 2, 3).

    Each carries `iss` and `sid`, whether its application needs them or not, so that nobody can be signed out by a page that
    doesn't know the session.
    """
    return [
        redirect_uris.add_parameters(client.frontchannel_logout_uri, {"iss": issuer, "sid": sid})
        for client in clients
        if client.frontchannel_logout_uri
    ]


def problem(uri: str | None, redirects: Iterable[str]) -> str | None:
    """The sentence that says why this can't be a client's frontchannel_logout_uri, or None (Front-Channel Logout 2)."""
    if uri is None:
        return None
    if wrong := redirect_uris.problem(uri):
        return wrong
    if urlsplit(uri).scheme not in ("http", "https"):
        return f"{uri!r} is not a web address."
    if origins.of(uri) not in {origins.of(each) for each in redirects}:
        return f"{uri} is on another host, port or scheme than all redirect URIs: it has to be where one of them is."
    return None
