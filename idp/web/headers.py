"""The headers that every answer carries; put on at the door, so that no page can be without them."""

from __future__ import annotations

from idp.config import Config

Headers = list[tuple[str, str]]
Answer = tuple[int, Headers, bytes]

# Leaves the window that opened this one in reach: some applications sign in through a popup. Nothing here can be read
# from there; `same-origin-allow-popups` would only keep windows that our own pages open.
KEEP_OPENER = ("cross-origin-opener-policy", "unsafe-none")

# What holds a token or a secret (RFC 6749 5.1).
KEPT_NOWHERE = (("cache-control", "no-store"), ("pragma", "no-cache"))

# Pages set a policy of their own, see `page`; this one is for everything else.
CLOSED_CSP = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_ALWAYS: Headers = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),  # addresses of pages here carry requests and links
    (
        "permissions-policy",
        "publickey-credentials-get=(self), publickey-credentials-create=(self), camera=(), geolocation=(), microphone=(), payment=()",
    ),
]
_UNLESS_SET: Headers = [
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("content-security-policy", CLOSED_CSP),
    ("cross-origin-resource-policy", "same-origin"),
]
_HSTS = ("strict-transport-security", "max-age=31536000")  # seconds; a year, OWASP ASVS 3.4.1


class Completer:
    """Adds to an answer's headers what they lack."""

    def __init__(self, config: Config) -> None:
        self._always = [*_ALWAYS, _HSTS] if config.secure else _ALWAYS

    def complete(self, headers: Headers) -> Headers:
        """The headers with those that every answer carries; the names are in lower case."""
        present = {name for name, _ in headers}
        return headers + self._always + [header for header in _UNLESS_SET if header[0] not in present]
