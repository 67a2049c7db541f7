"""`/admin/groups/<id>/claims`: what applications are told about everybody in a group."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from idp.directory import groups
from idp.storage import clients
from idp.web.admin import claim_editor
from idp.web.admin.groups.group import address, get, shown_name
from idp.web.admin.guard import keeps

blueprint = Blueprint("claims", __name__)


@blueprint.route("/<int:id>/claims", methods=["GET", "POST"])
@keeps(*claim_editor.KEPT)
def edit(id: int) -> Response:
    """The editor."""
    group = get(id)
    return claim_editor.edit(
        group.claims, lambda claims: groups.change(group, claims=claims), here="groups", back=address(group),
        known=clients.presets_in_use(), title=_("Details of %(name)s for applications", name=shown_name(group)),
        lead=_("Applications that may read names are told this about everybody in it, from their next sign-in on."),
    )  # fmt: skip
