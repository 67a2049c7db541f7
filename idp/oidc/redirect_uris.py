"""Where the browser may be sent: which redirect URIs can be registered, which request matches, how answers are added."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from idp import reach
from idp.oidc import origins
from idp.storage.models import Client

LONGEST = 2_048  # characters
LONGEST_HOST = 253  # characters, RFC 1035 2.3.4
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]*:[0-9a-f:.]*", re.IGNORECASE)
_ENCODED_DOT = re.compile("%2e", re.IGNORECASE)  # browsers take it for a dot
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
# Schemes that browsers run, read or keep to themselves instead of handing them to an application.
_FORBIDDEN = frozenset({"javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source", "ws", "wss",
                        "ftp", "mailto", "tel", "chrome", "resource", "jar", "intent", "content"})  # fmt: skip
# Where an app of this device may listen on any port (RFC 8252 7.3, 8.3): these three, although 127.0.0.2 is this device, too.
_ANY_PORT = frozenset({"127.0.0.1", "::1", "localhost"})


def problem(uri: str) -> str | None:
    """The sentence that says why a redirect URI can't be registered, or None (RFC 9700 2.1, RFC 6749 3.1.2)."""
    scheme = _SCHEME.match(uri)
    if scheme is None:
        return (
            f"{uri!r} is not a full address. It begins with https://, or with the scheme of an app such as app.immich:"
        )
    if scheme[1].lower() in _FORBIDDEN:
        return f"Addresses with {scheme[1].lower()}: can't be used, as the browser would run or open them itself."
    if len(uri) > LONGEST or not re.fullmatch(r"[!-~]+", uri) or re.search(r"[\"<>\\^`{|}]", uri):
        return f"{uri!r} has characters that an address can't have. Write them percent-encoded."
    if "#" in uri:
        return f"{uri} has a fragment (the part from # on), which browsers never send. Leave it out."
    if "*" in uri:
        return f"{uri} has a wildcard. Addresses are compared exactly; give each one by itself."
    try:
        parts = urlsplit(uri)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return f"{uri!r} is not a valid address."
    if "@" in parts.netloc:
        return f"{uri} has a user name or password in it. Leave it out."
    # The host also goes into the Content-Security-Policy, where a semicolon or a comma would end the rule.
    if parts.scheme in ("http", "https") and not (host and _is_host(host) and reach.is_authority(parts.netloc)):
        return f"{uri!r} has no host name, or one with characters that a host name can't have."
    if any(segment in (".", "..") for segment in _ENCODED_DOT.sub(".", parts.path).split("/")):
        return f"{uri} has . or .. as a part of its path. Write where it leads."
    return None


def _is_host(text: str) -> bool:
    return len(text) <= LONGEST_HOST and _HOST.fullmatch(text) is not None


def is_registered(client: Client, uri: str) -> bool:
    """Whether a request's redirect URI is one of the client's: the same string (OIDC Core 3.1.2.1).

    A public client on this device may listen on any port of the loopback address (RFC 8252 7.3).
    """
    if uri in client.redirect_uris:
        return True
    if not client.is_public or problem(uri):
        return False
    return any(is_same_loopback(uri, registered) for registered in client.redirect_uris)


def is_same_loopback(uri: str, registered: str) -> bool:
    """Whether two addresses of this device differ in nothing but the port."""
    wanted = _without_port(uri)
    return wanted is not None and wanted == _without_port(registered)


def add_parameters(uri: str, parameters: Mapping[str, str]) -> str:
    """The URI with parameters added to its query; what it has already stays as it is (RFC 6749 3.1.2)."""
    if "?" not in uri:
        joint = "?"
    else:
        joint = "" if uri.endswith(("?", "&")) else "&"
    return uri + joint + urlencode(parameters, quote_via=quote, safe="")


def csp_source(uri: str) -> str:
    """The CSP source that allows a form to end up at this URI: its origin, or its scheme for an app."""
    return origins.of(uri) or f"{urlsplit(uri).scheme}:"


def insecure(uris: Iterable[str]) -> list[str]:
    """Those that carry codes over the network readable: plain http to another machine."""
    found = [(uri, urlsplit(origins.of(uri) or "")) for uri in uris]
    return [uri for uri, origin in found if origin.scheme == "http" and not reach.is_loopback(origin.hostname or "")]


def _without_port(uri: str) -> SplitResult | None:
    parts = urlsplit(uri)
    if parts.scheme != "http" or parts.hostname not in _ANY_PORT:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return parts._replace(netloc=host)
