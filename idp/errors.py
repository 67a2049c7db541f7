"""The errors of the provider, named by who reads them.

Whether an error may travel to the client through the browser is decided by its type, so no handler has to remember it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class FoyerError(Exception):
    """Anything the provider refuses on purpose."""


class ConfigurationError(FoyerError):
    """Read by whoever starts the program: every problem that stops the start, a sentence each."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Invalid(FoyerError):
    """Read by whoever fills in a command or a form: a sentence for each field that can't be taken."""

    def __init__(self, **problems: str) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


class NotFound(FoyerError):
    """Read by whoever named something that isn't there."""


class OutgoingError(FoyerError):
    """Read by the administrator: why nothing came of a request to an address that an application names.

    `sentence` remembers what others are told in its place, where it does (`said.Internal`).
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class PageError(FoyerError):
    """Read by the person in the browser; never redirected anywhere (RFC 6749 4.1.2.1).

    `values` fill the `%(name)s` in its texts, which stay as they are for translation. An advice that ends in `: idp …`
    is shown as a command, one that ends in `: /…` as a link.
    """

    def __init__(
        self,
        title: str,
        message: str,
        *,
        status: int = 400,
        advice: Sequence[str] = (),
        details: Mapping[str, str] | None = None,
        values: Mapping[str, str] | None = None,
        reason: str = "",
        noted: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.title = title
        self.message = message
        self.status = status
        self.advice = advice
        self.details = dict(details or {})
        self.values = dict(values or {})
        self.reason = reason  # for the activity log only …
        self.noted = dict(noted or {})  # … like what helps whoever runs the application to mend it


class RedirectMismatch(PageError):
    """The page of a redirect URI that isn't registered; says more to who may register it."""

    def __init__(self, title: str, message: str, *, client_id: str, redirect_uri: str, **page: Any) -> None:
        super().__init__(title, message, **page)
        self.client_id = client_id
        self.redirect_uri = redirect_uri  # as it was sent; empty where there was none


class AuthorizationError(FoyerError):
    """Read by the client, carried there by the browser to a redirect URI that is proven good.

    Only code that knows a validated authorization request may raise it. The description is a fixed
    text of ours: printable ASCII without quotes or backslashes (RFC 6749 4.1.2.1).
    """

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description


class TokenError(FoyerError):
    """Read by the client at an endpoint it calls itself (RFC 6749 5.2).

    `reason`, `attempt` and `noted` are for the activity log, `challenge` asks for a `WWW-Authenticate: Basic` header.
    """

    def __init__(
        self,
        error: str,
        description: str,
        *,
        status: int = 400,
        challenge: bool = False,
        reason: str = "",
        attempt: str | None = None,
        noted: Mapping[str, str] | None = None,
        client_id: str | None = None,
    ) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.noted = dict(noted or {})
        self.status = status
        self.challenge = challenge
        self.reason = reason or error
        self.attempt = attempt
        self.client: Any = None  # who called, once that is proved
        self.client_id = client_id  # who said to call, for the activity log


class NotYet(TokenError):
    """Read by a client that asks again and again: nothing has failed, so nothing is written down (RFC 8628 3.5)."""


class BearerError(FoyerError):
    """Read by the client at a resource that takes access tokens (RFC 6750 3.1)."""

    def __init__(self, error: str | None, description: str = "", *, status: int = 401) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status


class Refused(FoyerError):
    """Read by the person on the same page, as one neutral sentence; the reason is for the activity log only."""

    def __init__(self, reason: str, sentence: str, **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sentence = sentence
        self.values = values  # for the %(names)s in the sentence, put in after it has been translated
