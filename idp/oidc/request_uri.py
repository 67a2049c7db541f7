"""What a `request_uri` stands for: an authorization request that its client pushed ahead of the browser (RFC 9126).

Any other `request_uri` would be an address to fetch the request from; that isn't offered.
"""

from __future__ import annotations

from collections.abc import Mapping

from idp import opaque
from idp.errors import PageError
from idp.interaction.request import AuthorizationRequest
from idp.oidc import authorization
from idp.opaque import Kind
from idp.storage import pushed_requests
from idp.storage.models import Client

LIFETIME = 90  # seconds between the push and the browser; RFC 9126 2.2 suggests 5 to 600
_PREFIX = "urn:ietf:params:oauth:request_uri:"


def is_pushed(parameters: Mapping[str, str]) -> bool:
    """Whether a request stands for one that was pushed; then nothing else in it counts (RFC 9101 5)."""
    return parameters.get("request_uri", "").startswith(_PREFIX)


def keep(client: Client, request: AuthorizationRequest, now: int) -> str:
    """The `request_uri` of a request that is kept for its browser from now on."""
    handle = opaque.handle(Kind.PUSHED_REQUEST)
    pushed_requests.add(handle, client, request.to_json(), now + LIFETIME)
    return _PREFIX + handle


def read(client: Client, parameters: Mapping[str, str], now: int) -> AuthorizationRequest | None:
    """What was pushed, cut to what the client may have now; None when it has been used.

    Raises PageError for what this client hasn't pushed, or too long ago.
    """
    found = pushed_requests.find(_handle(parameters), client, now)
    if found is None:
        raise not_good(client)
    if found.interaction is not None:
        return None
    return authorization.as_allowed_now(client, AuthorizationRequest.from_json(found.request))


def use(client: Client, parameters: Mapping[str, str], interaction: str, now: int) -> bool:
    """Use what was pushed for an interaction; True for exactly one caller."""
    return pushed_requests.use(_handle(parameters), client, interaction, now)


def became(client: Client, parameters: Mapping[str, str], now: int) -> str | None:
    """The interaction that it was used for, whoever's that is."""
    found = pushed_requests.find(_handle(parameters), client, now)
    return found.interaction if found else None


def not_good(client: Client) -> PageError:
    """What a person reads who comes with a `request_uri` that opens nothing."""
    return PageError(
        "This sign-in link doesn’t work any more",
        "%(app)s has prepared a sign-in for you, but its link has been used already, or it is older than a minute and a half.",
        advice=["Go back to the application and sign in again. You may be signed in there already."],
        values={"app": client.name},
        reason="request_uri_not_good",
    )


def _handle(parameters: Mapping[str, str]) -> str:
    return parameters["request_uri"].removeprefix(_PREFIX)
