"""`/sign-in`: what a one-time sign-in link opens; looking at it uses nothing up, as mail programs look at links too."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from idp import clock, mail
from idp.authenticators import sign_in_link
from idp.errors import PageError, Refused
from idp.interaction import login
from idp.interaction.request import AuthorizationRequest
from idp.storage import interactions
from idp.storage.models import User
from idp.web import browser, known_browser, own_sign_in, page

blueprint = Blueprint("sign_in_link", __name__)
NEW_PASSWORD = "/account/security/password"  # noqa: S105  a page


@blueprint.get("/sign-in")
def show() -> Response:
    """Whom the link would sign in, and the button that does it."""
    if "link" not in request.args:
        return redirect("/account", 303)
    handle = request.args["link"]
    user = _owner(handle)
    mine = browser.current()
    mine.started()  # the form's anti-forgery token belongs to it
    other = mine.user if mine.user is not None and mine.user.id != user.id else None
    shown = {"link": handle, "minutes": sign_in_link.LIFETIME // 60}
    return page.render("sign_in_link.html", user=user, other=other, shown=shown, action="/sign-in")


@blueprint.post("/sign-in")
def use() -> Response:
    """Use the link up: sign its owner in here, with whatever step is still missing, and on to a new password."""
    handle = request.form.get("link", "")
    _owner(handle)
    interaction = own_sign_in.keep(AuthorizationRequest(redirect_uri=NEW_PASSWORD, response_mode="query"))
    begun_in = interaction.session
    try:
        login.submit(interaction, {"link": handle}, clock.now())
    except Refused as refused:
        assert begun_in is not None
        interactions.take(interaction.id, begun_in)
        raise _worthless(refused.reason) from None
    assert interaction.session is not None and interaction.new_handle is not None and interaction.user is not None
    browser.current().adopt(interaction.session, interaction.new_handle)
    known_browser.greet(interaction.user, quietly=True)
    return redirect(f"/interaction/{interaction.id}", 303)


def _owner(handle: str) -> User:
    try:
        return sign_in_link.owner(handle, clock.now())
    except Refused as refused:
        raise _worthless(refused.reason) from None


def _worthless(reason: str) -> PageError:
    """The same for every reason: who found an old link learns nothing about an account."""
    by_mail = ["Ask for a new link by mail: /forgot-password"] if mail.is_on() else []
    return PageError(
        "This sign-in link can’t be used any more",
        "A sign-in link works once, for 30 minutes, in the browser that uses it first. A newer link of the same kind "
        "or a new password makes it worthless.",
        status=410,
        advice=[
            "Have you used it just now? Then you are signed in there; go on in that browser.",
            *by_mail,
            "The person who runs this service can make a new one with: idp user link NAME",
        ],
        reason=reason,
    )
