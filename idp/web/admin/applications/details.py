"""`/admin/applications/<client_id>`: one application, how its sign-ins go, and what one can do with it."""

from __future__ import annotations

from flask import Blueprint, Response

from idp import clock, presets
from idp.oidc import logout, redirect_uris
from idp.storage import logouts
from idp.storage.models import Client
from idp.web.admin import claim_rows, room
from idp.web.admin.applications import form_words
from idp.web.admin.applications.found import HERE, address_of, client_named
from idp.web.admin.applications.health_words import health_of
from idp.web.admin.applications.setting_words import told_by

UNTOLD_SHOWN = 7 * 86_400  # seconds

blueprint = Blueprint("details", __name__)


@blueprint.get("/applications/<client_id>")
def show(client_id: str) -> Response:
    """The application."""
    client = client_named(client_id)
    now = clock.now()
    return room.show(
        "applications/details", HERE, client=client, here_is=address_of(client), health=health_of(client),
        claims=claim_rows.shown(client.claims), told_by=told_by, preset=presets.get(client.preset) if client.preset in presets.ids() else None,
        knows_by=form_words.KNOWN_BY.get((client.subject_type, client.subject_source)), insecure=redirect_uris.insecure(client.redirect_uris), images=[client.logo_uri],
        untold=_untold(client, now),
        earlier_secrets=[each for each in client.earlier_secrets if each["expires_at"] > now],
    )  # fmt: skip


def _untold(client: Client, now: int) -> str | None:
    """Why the application can't be told of sign-outs, or could not the last time; None where all is well."""
    if client.backchannel_logout_uri is None:
        return None
    failed = logouts.last_problem(client, now - UNTOLD_SHOWN)
    return failed.problem if failed else logout.obstacle(client)
