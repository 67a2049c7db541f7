"""WebFinger: which provider an account's address belongs to (RFC 7033, OIDC Discovery 2).

The answer is the same for every name: whether somebody has an account here is told to nobody. It's also the same for every
domain, as the web server of the mail domain passes questions on, and which domains those are is its business.
"""

from __future__ import annotations

import re
from typing import Any

from idp.oidc.parameters import LONGEST_QUERY, Malformed, every, parse

ISSUER = "http://openid.net/specs/connect/1.0/issuer"
# RFC 7565 7 (of what is before the @, any but the last one may be escaped), and web addresses (OIDC Discovery 2.1).
_KNOWN = re.compile(r"acct:[^@\s]+@[^@\s/?#]+|https?://[^\s/?#]+\S*", re.IGNORECASE)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")  # RFC 3986 3


class NoSuchResource(Exception):
    """The question is about something that no provider of sign-ins belongs to."""


def document(query: bytes, issuer: str) -> dict[str, Any]:
    """The answer to a question (JRD, RFC 7033 4.4); raises Malformed or NoSuchResource."""
    resource = parse(query, {"resource"}, longest=LONGEST_QUERY).get("resource")
    if resource is None:
        raise Malformed("The resource is missing.")
    if not _URI.fullmatch(resource):
        raise Malformed("The resource is not a URI.")
    if not _KNOWN.fullmatch(resource):
        raise NoSuchResource
    wanted = every(query, "rel")  # RFC 7033 4.3: any number of them
    links = [{"rel": ISSUER, "href": issuer}] if not wanted or ISSUER in wanted else []
    return {"subject": resource, "links": links}
