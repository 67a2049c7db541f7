"""`/account`: what a person sees of their own account."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from idp.storage import users
from idp.web import own_sign_in, page
from idp.web.wired import wired

blueprint = Blueprint("account", __name__)


@blueprint.get("/")
def root() -> Response:
    """People who only know the address are looking for their account."""
    return redirect("/account", 303)


@blueprint.get("/account")
def overview() -> Response:
    """Name, e-mail, groups and the way out; after set-up, what to do next."""
    user = own_sign_in.person("/account")
    return page.render(
        "account/index.html", user=user, groups=users.groups(user), welcome="welcome" in request.args and user.is_admin,
        issuer=wired().config.issuer, sign_out_url="/logout",
    )  # fmt: skip
