"""`/admin/applications/<client_id>/logo`: an application's logo as a file, in the place of one on the web."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from idp.directory import redrawing
from idp.oidc import client_logo
from idp.web import bodies
from idp.web.admin import logo, room
from idp.web.admin.applications.found import HERE, address_of, client_named

blueprint = Blueprint("logo", __name__)
logo.take_files(blueprint)
bodies.allow_each("/admin/applications/*/logo", redrawing.MOST_BYTES)


@blueprint.get("/applications/<client_id>/logo")
def show(client_id: str) -> Response:
    """The form."""
    client = client_named(client_id)
    return logo.form(HERE, client=client, back=address_of(client), image=client.logo_uri)


@blueprint.post("/applications/<client_id>/logo")
def change(client_id: str) -> BaseResponse:
    """Take the file."""
    client = client_named(client_id)
    about = {"client": client, "back": address_of(client), "image": client.logo_uri}
    return logo.taken(HERE, lambda sent: client_logo.change(client, sent), address_of(client), **about)


@blueprint.get("/applications/<client_id>/logo/remove")
def ask(client_id: str) -> Response:
    """Whether to go without one."""
    client = client_named(client_id)
    return room.confirm(
        HERE, title=_("Remove the logo of %(app)s?", app=client.name), button_text=_("Remove"),
        back=address_of(client, "logo"),
        follows=[_("The one on the web that the form names is shown instead, or letters of the name. To bring it back, "
                   "choose the file again.")],
    )  # fmt: skip


@blueprint.post("/applications/<client_id>/logo/remove")
def remove(client_id: str) -> BaseResponse:
    """Go without one."""
    client = client_named(client_id)
    client_logo.remove(client)
    return room.done(_("The logo has been removed."), address_of(client))
