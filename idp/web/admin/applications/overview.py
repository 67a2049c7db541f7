"""`/admin/applications`: the list of them."""

from __future__ import annotations

from flask import Blueprint, Response, request

from idp.storage import clients
from idp.web.admin import room
from idp.web.admin.applications.found import HERE
from idp.web.admin.applications.health_words import health_of

blueprint = Blueprint("overview", __name__)


@blueprint.get("/applications")
def show() -> Response:
    """The applications, a page at a time, or those whose name, address or id holds what is searched for."""
    words = request.args.get("q", "").strip()[:100]
    found = clients.page(words, after=request.args.get("after"), before=request.args.get("before"))
    return room.show(
        "applications/list", HERE, list=room.listing(found, q=words), health=health_of,
        images=[client.logo_uri for client in found.rows],
    )  # fmt: skip
