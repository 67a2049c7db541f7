"""`/account`: what the provider knows about a person, and where to change it; after set-up, what to do next."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from idp import first_try
from idp.directory import email_address, languages
from idp.storage import users
from idp.web import own_sign_in
from idp.web.account import room
from idp.web.wired import wired

blueprint = Blueprint("overview", __name__)


@blueprint.get("/")
def root() -> Response:
    """People who only know the address are looking for their account."""
    return redirect("/account", 303)


@blueprint.get("/account")
def show() -> Response:
    """Names, e-mail, picture and groups."""
    user = own_sign_in.person("/account")
    return room.show(
        "index", user, "profile", groups=users.groups(user),
        language=languages.OFFERED.get(user.locale or ""), welcome="welcome" in request.args and user.is_admin,
        first_try=first_try.warning(wired().config.issuer), by_mail=email_address.is_confirmed_by_mail(user),
    )  # fmt: skip
