"""What an application is told that brings no token, or not the right one (RFC 6750 3)."""

from __future__ import annotations

from idp.errors import BearerError
from idp.web.direct import in_json
from idp.web.headers import Answer, Headers


def refused(error: BearerError, *headers: tuple[str, str]) -> Answer:
    """Who sent no token is told nothing but the scheme (RFC 6750 3.1)."""
    more: Headers = list(headers)
    if error.error is None:
        return in_json(error.status, {}, ("www-authenticate", "Bearer"), *more)
    challenge = f'Bearer error="{error.error}", error_description="{error.description}"'
    members = {"error": error.error, "error_description": error.description}
    return in_json(error.status, members, ("www-authenticate", challenge), *more)
