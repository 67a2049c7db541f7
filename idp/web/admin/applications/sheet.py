"""`/admin/applications/<client_id>/sheet`: what to enter in the application, with the real values."""

from __future__ import annotations

from flask import Blueprint, Response

from idp import presets
from idp.oidc import client_metadata, logout, metadata
from idp.presets import sheet
from idp.storage import appearance
from idp.storage.models import Client
from idp.web.admin import room
from idp.web.admin.applications.found import HERE, address_of, client_named
from idp.web.wired import wired

blueprint = Blueprint("sheet", __name__)


@blueprint.get("/applications/<client_id>/sheet")
def show(client_id: str) -> Response:
    """The sheet without the secret, which isn't kept."""
    return page(client_named(client_id))


def page(client: Client, secret: str | None = None, *, is_new: bool = False) -> Response:
    """The sheet of a client; the secret stands in it this once, if it is given."""
    here = wired()
    provider = metadata.document(here.config.issuer, here.keys.algorithms())
    preset = presets.of_client(client.preset, public=client.is_public)
    known = client_metadata.as_registered(client)
    made = sheet.make(preset, known, provider, name=appearance.name(), secret=secret, obstacle=logout.obstacle(client))
    return room.show(
        "applications/sheet", HERE, client=client, sheet=made, text=sheet.as_text(made), secret=secret, is_new=is_new,
        secret_hidden=sheet.SECRET_HIDDEN, is_tick=sheet.is_tick, here_is=address_of(client), images=[client.logo_uri],
    )  # fmt: skip
