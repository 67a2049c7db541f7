"""`/account/profile`: the form for names, language and time zone."""

from __future__ import annotations

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from idp.directory import languages, zones
from idp.directory import profile as profiles
from idp.errors import Invalid
from idp.storage.models import User
from idp.web import own_sign_in
from idp.web.account import room

blueprint = Blueprint("profile", __name__)

FIELDS = (*profiles.NAMES, "locale", "zoneinfo")


@blueprint.get("/account/profile")
def show() -> Response:
    """The form with what is known."""
    user = own_sign_in.person("/account/profile")
    return _form(user, {name: getattr(user, name) or "" for name in FIELDS})


@blueprint.post("/account/profile")
def change() -> Response:
    """Take the form."""
    user = own_sign_in.person("/account/profile")
    form = {name: request.form.get(name, "") for name in FIELDS}
    try:
        profiles.change(user, room.circumstances(), **form)
    except Invalid as invalid:
        return _form(user, form, invalid.problems, 400)
    return room.done(_("Your profile has been saved."), "/account")


def _form(user: User, form: dict[str, str], errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return room.show(
        "profile", user, "profile", status, form=form, errors=errors or {}, languages=languages.OFFERED,
        zones=zones.offered(),
    )  # fmt: skip
