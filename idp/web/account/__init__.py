"""`/account`: what a person sees of their own account."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from idp import activity, clock, opaque, throttle
from idp.directory import setup
from idp.errors import PageError
from idp.interaction.request import AuthorizationRequest
from idp.storage import interactions, users
from idp.storage.database import transaction
from idp.web import browser, page
from idp.web.wired import wired

blueprint = Blueprint("account", __name__)


@blueprint.get("/")
def root() -> Response:
    """People who only know the address are looking for their account."""
    return redirect("/account", 303)


@blueprint.get("/account")
def overview() -> Response:
    """Name, e-mail, groups and the way out; after set-up, what to do next."""
    user = browser.current().user
    if user is None:
        return _sign_in("/account")
    return page.render(
        "account/index.html", user=user, groups=users.groups(user), welcome="welcome" in request.args and user.is_admin,
        issuer=wired().config.issuer, sign_out_url="/logout",
    )  # fmt: skip


def _sign_in(back_to: str) -> Response:
    """Let the person sign in as for any application, except that the application is us."""
    if setup.is_untouched():
        raise PageError(
            "There is no administrator yet",
            "This sign-in service has just been installed, and nobody can sign in so far.",
            advice=["Open the one-time link that was printed when it started.",
                    "On the machine that runs it, print a new one with: idp setup-link"],
            status=403, reason="setup_needed",
        )  # fmt: skip
    asked = AuthorizationRequest(redirect_uri=back_to, response_mode="query", state=None)
    id, now, attempt = interactions.new_id(), clock.now(), opaque.identifier()
    with transaction():
        interactions.keep(id, browser.current().started(), None, asked.to_json(), attempt, now)
        if throttle.may_be_noted(request.remote_addr, now):
            activity.record("account.requested", attempt=attempt, address=request.remote_addr)
    return redirect(f"/interaction/{id}", 303)
