"""`/admin/applications/<client_id>/claims`: what one application is told about everybody who signs in to it."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from idp.oidc import registration
from idp.web.admin import claim_editor
from idp.web.admin.applications.found import HERE, address_of, client_named
from idp.web.admin.guard import keeps

blueprint = Blueprint("claims", __name__)


@blueprint.route("/applications/<client_id>/claims", methods=["GET", "POST"])
@keeps(*claim_editor.KEPT)
def edit(client_id: str) -> Response:
    """The editor."""
    client = client_named(client_id)
    return claim_editor.edit(
        client.claims, lambda claims: registration.change(client, claims=claims), here=HERE, back=address_of(client),
        known=[client.preset], title=_("Details that %(app)s is told", app=client.name),
        lead=_("It is told this about everybody who signs in to it."),
    )  # fmt: skip
