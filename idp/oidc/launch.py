"""Opening an application from here: where its link leads, or that it begins elsewhere."""

from __future__ import annotations

from idp.oidc import redirect_uris
from idp.oidc.grants import AUTHORIZATION_CODE, DEVICE_CODE
from idp.storage.models import Client


def address(client: Client, issuer: str) -> str | None:
    """Where somebody opens a client: where it begins a sign-in with us if it says so (OIDC Core 4), else its own address."""
    if client.initiate_login_uri:
        return redirect_uris.add_parameters(client.initiate_login_uri, {"iss": issuer})
    return str(client.app_url) if client.app_url else None


def begins_on_the_device(client: Client) -> bool:
    """Whether sign-ins begin on a television or the like only, which shows a code: there is nothing to open here."""
    return DEVICE_CODE in client.grant_types and AUTHORIZATION_CODE not in client.grant_types
