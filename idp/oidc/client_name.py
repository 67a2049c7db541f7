"""What a client that registers itself is called: as it wishes, but never so that people take it for another application.

An application that an administrator added or has checked keeps its name to itself, and so does this provider. Those that
nobody has checked may share one, as every copy of a program brings the same along: numbers tell them apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from idp import opaque
from idp.directory import names
from idp.errors import TokenError
from idp.oidc import likeness, redirect_uris
from idp.oidc.registered_metadata import wrong
from idp.storage import appearance, clients
from idp.storage.models import Client

# The same for every reason: whoever asks for names learns no more than that this one isn't to be had.
_REFUSED = "People could take this client_name for that of something else here, or it mixes alphabets. Choose another client_name."


def usual(given: Mapping[str, Any]) -> str:
    """What pages call a client that doesn't say: the host where people come back to it."""
    uris = [given["app_url"], *given["redirect_uris"]]
    hosts = (urlsplit(uri).hostname for uri in uris if uri and not redirect_uris.problem(uri))
    return next((host for host in hosts if host), "Application")[:90]


def free(name: str, client: Client | None = None, *, is_hurried: bool = False) -> str:
    """The name, or if clients that nobody has checked have it with a number behind it; `client` is who wants it.

    With letters in a hurry, when others were faster again and again. Raises TokenError for what is no name, or looks like one
    of others.
    """
    if problem := names.display_name_problem(name):
        raise wrong(problem)
    is_unchecked = _others(client)
    like = likeness.folded(name)
    if likeness.is_mixed(name):
        raise _refusal(name, "its words mix alphabets")
    if not is_unchecked.get(like, True):
        raise _refusal(name, "it looks like the name of an application here, or of this provider")
    if not is_hurried:
        numbered = (f"{name[:90]} {number}" for number in range(2, 30))
        for each in (name, *numbered):
            if likeness.folded(each) not in is_unchecked:
                return each
    return f"{name[:80]} {opaque.letters(8, opaque.BASE32)}"


def _others(client: Client | None) -> dict[str, bool]:
    """What the names of others look like, and whether nobody has checked any of those that look like this."""
    found = {likeness.folded(appearance.name()): False}
    for number, name, is_unchecked in clients.names():
        if client is None or number != client.id:
            like = likeness.folded(name)
            found[like] = is_unchecked and found.get(like, True)
    return found


def _refusal(name: str, why: str) -> TokenError:
    return wrong(_REFUSED, reason=f"The client_name {name!r} is refused: {why}.")
