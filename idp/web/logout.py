"""`/logout`: ending the browser's session, at once where an application proves whose it is, else after asking.

OIDC RP-Initiated Logout 2.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response

from idp import activity, clock
from idp.oidc import end_session as wishes
from idp.oidc import front_channel, redirect_uris
from idp.oidc.end_session import EndSession
from idp.oidc.parameters import LONGEST_QUERY
from idp.storage import grants
from idp.storage.database import transaction
from idp.storage.models import Client, Session, User
from idp.web import browser, page
from idp.web.authorization_response import Onward
from idp.web.same_origin import own_form
from idp.web.wired import wired

blueprint = Blueprint("logout", __name__)


@blueprint.route("/logout", methods=["GET", "POST"])
def end_session() -> Response:
    """Sign out whoever an application proves to be signed in here; ask everybody else, and take their answer."""
    if request.method == "HEAD":  # whoever only checks a link must not sign anybody out
        raise MethodNotAllowed(["GET", "POST"])
    raw = request.get_data() if request.method == "POST" else request.query_string
    parameters = wishes.read(raw, is_query=request.method == "GET")
    mine = browser.current()
    if request.method == "POST" and "decision" in request.form:
        own_form()
        if request.form["decision"] != "logout":
            return redirect("/account", 303)
        return _sign_out(_checked(parameters))
    if request.method == "POST" and mine.sent_handle is None:
        # A form on the application's own page brings no SameSite=Lax cookie; a link does.
        return redirect(f"/logout?{_as_query(parameters)}", 303)
    asked = _checked(parameters)
    if mine.row is None or mine.user is None:
        return _nobody(asked)
    return _sign_out(asked) if asked.is_proved_for(mine.row) else _ask(asked, mine.user)


def _checked(parameters: dict[str, str]) -> EndSession:
    return wishes.request_of(parameters, issuer=wired().config.issuer, keys=wired().keys)


def _as_query(parameters: dict[str, str]) -> str:
    query = urlencode(parameters)
    if len(query) > LONGEST_QUERY:  # an ID token may fill it alone; without the proof the person is asked
        query = urlencode(_checked(parameters).to_parameters())
    if len(query) > LONGEST_QUERY:
        raise wishes.damaged("The request is too long.")
    return query


def _ask(asked: EndSession, user: User) -> Response:
    """Whether the person really wants to sign out; a link alone must not be able to do it."""
    target = redirect_uris.csp_source(asked.uri) if asked.uri else ""
    return page.render(
        "logout.html", action="/logout", user=user, client=asked.client, parameters=asked.to_parameters().items(),
        target=target,
    )  # fmt: skip


def _nobody(asked: EndSession) -> Response:
    """Where nobody is signed in there is nothing to ask; but without a proof the way back is a link, no redirect."""
    if asked.target and asked.hint:
        return _onward(asked.target)
    return page.render("signed_out.html", client=asked.client, onward=asked.target, receipts=[])


def _sign_out(asked: EndSession) -> Response:
    mine = browser.current()
    session, user = mine.row, mine.user
    apps: list[Client] = []
    if session is not None:
        with transaction(durable=True):
            mine.end()  # first: it waits for codes that are just being made in this session, and what follows finds them
            if user:
                apps = _end_grants(session, user, asked.client)
    frames = front_channel.frames(apps, issuer=wired().config.issuer, sid=session.sid) if session else []
    if asked.target and not frames:
        response = _onward(asked.target)
    else:
        response = page.render(
            "signed_out.html", client=asked.client, onward=asked.target, receipts=_receipts(apps), frames=frames
        )
    # Not "cookies": that would also delete those of every application on the same domain.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _end_grants(session: Session, user: User, by: Client | None) -> list[Client]:
    apps = grants.clients_of_session(user, session.sid)
    grants.revoke_of_session(user, session.sid, clock.now())
    activity.record("signed_out", user=user.username, client=by.client_id if by else None, address=request.remote_addr)
    return apps


def _receipts(apps: list[Client]) -> list[tuple[Client, str]]:
    return [(app, "told_in_browser" if app.frontchannel_logout_uri else "cannot_be_told") for app in apps]


def _onward(target: str) -> Response:
    return Onward(status=303, headers={"Location": target})
