"""`/account/security/password`: a new password, by who has just shown who they are."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from idp.authenticators.password.rules import Strength
from idp.directory import own_password
from idp.errors import Invalid
from idp.storage.models import User
from idp.web import browser
from idp.web.account import room

blueprint = Blueprint("password", __name__)
HERE = "/account/security/password"


@blueprint.get("/.well-known/change-password")
def well_known() -> BaseResponse:
    """Where password managers send people (W3C, A Well-Known URL for Changing Passwords)."""
    return room.onward(HERE)


@blueprint.get(HERE)
def show() -> Response:
    """The form. The old password isn't asked for: a sign-in at most ten minutes old says more."""
    return _form(room.recent(HERE))


@blueprint.post(HERE)
def change() -> BaseResponse:
    """Take the new password; everything else that was signed in as this person isn't any more."""
    user = room.recent(HERE)
    password = request.form.get("password", "")
    if request.form.get("check"):
        return _form(user, strength=own_password.strength(user, password))
    mine = browser.current()
    assert mine.row is not None
    try:
        renewed, handle = own_password.change(user, mine.row, password, room.circumstances())
    except Invalid as invalid:
        return _form(user, invalid.problems, own_password.strength(user, password), 400)
    mine.adopt(renewed, handle)
    return room.done(
        _("Your new password counts from now on. You are signed out in all other browsers and applications."),
        "/account/security",
    )


@blueprint.post(HERE + "/strength")
def strength() -> Response:
    """How strong the password is that is being typed, as JSON, for the page's script."""
    return jsonify(asdict(own_password.strength(room.recent(HERE), request.form.get("password", ""))))


def _form(
    user: User, errors: dict[str, str] | None = None, strength: Strength | None = None, status: int = 200
) -> Response:
    return room.show(
        "password", user, "security", status, action=HERE, strength_url=HERE + "/strength", errors=errors or {},
        strength=strength, is_first=own_password.since(user) is None,
    )  # fmt: skip
