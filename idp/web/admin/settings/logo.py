"""`/admin/settings/logo`: the provider's own logo."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from idp.directory import appearance, redrawing
from idp.web import bodies
from idp.web.admin import logo, room

HERE, BACK, ADDRESS = "settings", "/admin/settings", "/admin/settings/logo"

blueprint = Blueprint("logo", __name__)
logo.take_files(blueprint)
bodies.allow_each(ADDRESS, redrawing.MOST_BYTES)


@blueprint.get("/settings/logo")
def show() -> Response:
    """The form."""
    return logo.form(HERE, back=BACK)


@blueprint.post("/settings/logo")
def change() -> BaseResponse:
    """Take the file."""
    return logo.taken(HERE, appearance.change_logo, BACK, back=BACK)


@blueprint.get("/settings/logo/remove")
def ask() -> Response:
    """Whether to go without one."""
    return room.confirm(
        HERE, title=_("Remove the logo?"), button_text=_("Remove"), back=ADDRESS,
        follows=[_("The usual sign is shown instead. To bring the logo back, choose the file again.")],
    )  # fmt: skip


@blueprint.post("/settings/logo/remove")
def remove() -> BaseResponse:
    """Go without one."""
    appearance.remove_logo()
    return room.done(_("The usual sign is shown from now on."), BACK)
