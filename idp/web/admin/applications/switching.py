"""`/admin/applications/<client_id>/disable` and `/enable`: nobody gets in for a while, or again."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from idp.oidc import registration
from idp.web.admin import room
from idp.web.admin.applications.found import HERE, address_of, client_named

blueprint = Blueprint("switching", __name__)


@blueprint.get("/applications/<client_id>/disable")
def ask_to_disable(client_id: str) -> Response:
    """What switching it off means."""
    client = client_named(client_id)
    return room.confirm(
        HERE, title=_("Switch %(app)s off?", app=client.name), button_text=_("Switch off"), back=address_of(client),
        follows=[_("Nobody can sign in to it any more, and what it was told it may read here ends at once."),
                 _("Who is signed in there stays so until it asks here again. You can switch it on again at any time.")],
    )  # fmt: skip


@blueprint.post("/applications/<client_id>/disable")
def disable(client_id: str) -> BaseResponse:
    """Switch it off."""
    client = client_named(client_id)
    registration.switch(client, on=False)
    return room.done(_("%(app)s is switched off.", app=client.name), address_of(client))


@blueprint.get("/applications/<client_id>/enable")
def ask_to_enable(client_id: str) -> Response:
    """What switching it on means."""
    client = client_named(client_id)
    return room.confirm(
        HERE, title=_("Switch %(app)s on again?", app=client.name), button_text=_("Switch on"), back=address_of(client),
        follows=[_("People can sign in to it as before.")], danger=False,
    )  # fmt: skip


@blueprint.post("/applications/<client_id>/enable")
def enable(client_id: str) -> BaseResponse:
    """Switch it on."""
    client = client_named(client_id)
    registration.switch(client, on=True)
    return room.done(_("%(app)s is switched on.", app=client.name), address_of(client))
