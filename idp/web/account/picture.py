"""`/account/picture`: choosing a picture, and going without one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from idp.directory import pictures
from idp.errors import Invalid
from idp.storage.models import User
from idp.web import bodies, own_sign_in
from idp.web.account import room

blueprint = Blueprint("picture", __name__)
HERE = "/account/picture"
bodies.allow(HERE, pictures.MOST_BYTES, instead=HERE + "?refused=size")


@blueprint.url_value_preprocessor
def _allow_a_file(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    # Before anything reads the form, which looking for the anti-forgery token does.
    request.max_content_length = bodies.longest(request.path)


@blueprint.get(HERE)
def show() -> Response:
    """The picture, and the form for another one."""
    user = own_sign_in.person(HERE)
    return _form(user, pictures.TOO_BIG if request.args.get("refused") == "size" else None)


@blueprint.post(HERE)
def change() -> BaseResponse:
    """Take the file."""
    user = own_sign_in.person(HERE)
    file = request.files.get("picture")
    try:
        pictures.change(user, file.read(pictures.MOST_BYTES + 1) if file else b"", room.circumstances())
    except Invalid as invalid:
        return _form(user, invalid.problems["picture"], 400)
    return room.done(_("Your picture has been changed."), "/account")


@blueprint.get(HERE + "/remove")
def ask() -> Response:
    """Whether to go without one."""
    user = own_sign_in.person(HERE + "/remove")
    return room.confirm(
        user, "profile", title=_("Remove your picture?"), button=_("Remove"), back=HERE,
        follows=[_("It is deleted here. Applications may go on showing the copy that they have made.")],
    )  # fmt: skip


@blueprint.post(HERE + "/remove")
def remove() -> BaseResponse:
    """Go without one."""
    pictures.remove(own_sign_in.person(HERE + "/remove"), room.circumstances())
    return room.done(_("Your picture has been removed."), "/account")


def _form(user: User, error: str | None = None, status: int = 200) -> Response:
    errors = {"picture": error} if error else {}
    return room.show(
        "picture", user, "profile", status, errors=errors, most_bytes=pictures.MOST_BYTES, side=pictures.SIDE
    )
