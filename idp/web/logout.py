"""`/logout`: ending the browser's session, at once where an application proves whose it is, else after asking.

OIDC RP-Initiated Logout 2.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response

from idp import endpoints
from idp.oidc import end_session as wishes
from idp.oidc import front_channel, logout, redirect_uris
from idp.oidc.end_session import EndSession
from idp.oidc.logout import Receipt
from idp.oidc.parameters import LONGEST_QUERY
from idp.storage.models import Client, User
from idp.web import browser, page
from idp.web.authorization_response import Onward
from idp.web.same_origin import own_form
from idp.web.wired import wired

blueprint = Blueprint("logout", __name__)


@blueprint.route(endpoints.END_SESSION, methods=["GET", "POST"])
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
        return redirect(f"{endpoints.END_SESSION}?{_as_query(parameters)}", 303)
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
        "logout.html", action=endpoints.END_SESSION, user=user, client=asked.client, parameters=asked.to_parameters().items(),
        target=target,
    )  # fmt: skip


def _nobody(asked: EndSession) -> Response:
    """Where nobody is signed in there is nothing to ask; but without a proof the way back is a link, no redirect."""
    if asked.target and asked.hint:
        return _onward(asked.target)
    return page.render("signed_out.html", client=asked.client, onward=asked.target, receipts=[])


def _sign_out(asked: EndSession) -> Response:
    mine = browser.current()
    session, user, issuer = mine.row, mine.user, wired().config.issuer
    receipts: list[Receipt] = []
    if session is not None and user is not None:
        receipts = logout.end_session(
            user, session, issuer=issuer, keys=wired().keys, address=request.remote_addr, by=asked.client
        )
    mine.end()
    frames = front_channel.frames([each.client for each in receipts], issuer=issuer, sid=session.sid) if session else []
    if asked.target and not frames:
        response = _onward(asked.target)
    else:
        response = page.render(
            "signed_out.html", client=asked.client, onward=asked.target, receipts=_told(receipts, asked), frames=frames
        )
    # Not "cookies": that would also delete those of every application on the same domain.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _told(receipts: list[Receipt], asked: EndSession) -> list[tuple[Client, str]]:
    """What the page says of each application."""

    def outcome(receipt: Receipt) -> str:
        if receipt.outcome != logout.BY_ITSELF:
            return receipt.outcome
        if receipt.client.frontchannel_logout_uri:
            return "told_in_browser"
        return "asked_for_it" if asked.client and asked.client.id == receipt.client.id else receipt.outcome

    return [(receipt.client, outcome(receipt)) for receipt in receipts]


def _onward(target: str) -> Response:
    return Onward(status=303, headers={"Location": target})
