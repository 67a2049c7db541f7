"""`/logout`: ending the browser's session, after asking (OIDC RP-Initiated Logout 2)."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from idp import activity, clock
from idp.storage import grants
from idp.storage.database import transaction
from idp.web import browser, page

blueprint = Blueprint("logout", __name__)


@blueprint.get("/logout")
def ask() -> Response:
    """Whether the person really wants to sign out; a link alone must not be able to do it."""
    user = browser.current().user
    if user is None:
        return page.render("signed_out.html")
    return page.render("logout.html", action="/logout", user=user)


@blueprint.post("/logout")
def answer() -> Response:
    """End the session and everything granted in it, or stay."""
    if request.form.get("decision") != "logout":
        return redirect("/account", 303)
    mine = browser.current()
    if mine.row is not None:
        with transaction(durable=True):
            if mine.user:
                grants.revoke_of_session(mine.user, mine.row.sid, clock.now())
                activity.record("signed_out", user=mine.user.username, address=request.remote_addr)
            mine.end()
    response = page.render("signed_out.html")
    # Not "cookies": that would also delete those of every application on the same domain.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
