"""An application's logo that an administrator has uploaded: kept among our pictures, in the place of `logo_uri`."""

from __future__ import annotations

from idp import activity, clock
from idp.directory import redrawing
from idp.errors import Invalid
from idp.oidc import registration
from idp.storage import clients, pictures
from idp.storage.database import transaction
from idp.storage.models import Client


def change(client: Client, sent: bytes) -> None:
    """Show the picture in this file as the application's logo; raises Invalid with the reason why it can't be taken."""
    _replace(client, pictures.keep(*redrawing.whole(sent, "logo")))


def remove(client: Client) -> None:
    """Go without it: `logo_uri` is shown again, or the letters of the name."""
    _replace(client, None)


def _replace(client: Client, name: str | None) -> None:
    try:
        with transaction(durable=True):
            now = registration.held(client)
            clients.update(now, logo=name, updated_at=clock.now())
            activity.record("client.changed", client=client.client_id, fields=["logo"])
    except Invalid:
        pictures.remove(name)
        raise
    pictures.remove(now.logo)
