"""`/admin/users/<id>/claims`: what applications are told about one person besides names, address and groups."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from idp.directory import users as people
from idp.storage import clients
from idp.web.admin import claim_editor
from idp.web.admin.guard import keeps
from idp.web.admin.users.person import address, get

blueprint = Blueprint("claims", __name__)


@blueprint.route("/<int:id>/claims", methods=["GET", "POST"])
@keeps(*claim_editor.KEPT)
def edit(id: int) -> Response:
    """The editor."""
    person = get(id)
    return claim_editor.edit(
        person.claims, lambda claims: people.change(person, claims=claims), here="users", back=address(person),
        known=clients.presets_in_use(), title=_("Details of %(name)s for applications", name=person.shown_name),
        lead=_("Applications that may read names are told this from the next time that %(name)s signs in there.", name=person.shown_name),
    )  # fmt: skip
