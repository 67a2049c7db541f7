"""`/account/email`: the form for another e-mail address."""

from __future__ import annotations

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from idp.directory import email_address
from idp.errors import Invalid
from idp.storage.models import User
from idp.web.account import room

blueprint = Blueprint("email", __name__)
HERE = "/account/email"


@blueprint.get(HERE)
def show() -> Response:
    """The form for another address."""
    user = room.recent(HERE)
    typed = room.typed_before(HERE)
    return _form(user, typed.get("email", user.email or ""), again=bool(typed))


@blueprint.post(HERE)
def change() -> Response:
    """Take another address."""
    user = room.recent(HERE, "email")
    email = request.form.get("email", "")
    try:
        changed = email_address.change(user, email, room.circumstances())
    except Invalid as invalid:
        return _form(user, email, invalid.problems, 400)
    return room.done(_("Your e-mail address is %(email)s now.", email=changed.email), "/account")


def _form(
    user: User, email: str, errors: dict[str, str] | None = None, status: int = 200, again: bool = False
) -> Response:
    return room.show("email", user, "profile", status, email=email, errors=errors or {}, again=again)
