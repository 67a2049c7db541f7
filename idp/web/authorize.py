"""`/authorize`: an application sends a browser here (OIDC Core 3.1.2)."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response

from idp import activity, clock, endpoints, opaque, throttle
from idp.errors import AuthorizationError
from idp.interaction import next_step
from idp.interaction.facts import Interaction
from idp.interaction.request import AuthorizationRequest
from idp.oidc import authorization, request_object, request_uri
from idp.oidc.authorization_response import Target, issue_code
from idp.oidc.parameters import LONGEST_QUERY
from idp.storage import interactions
from idp.storage.database import transaction
from idp.storage.models import Client
from idp.web import authorization_response, browser, page
from idp.web.wired import wired

blueprint = Blueprint("authorize", __name__)
blueprint.after_request(page.keep_opener)


@blueprint.route(endpoints.AUTHORIZATION, methods=["GET", "POST"])
def authorize() -> Response:
    """Check the request, and send the browser on: to the missing step, or back to the application at once."""
    if request.method == "HEAD":  # whoever only checks a link must not get a code made
        raise MethodNotAllowed(["GET", "POST"])
    raw = request.get_data() if request.method == "POST" else request.query_string
    if request.method == "POST" and browser.current().sent_handle is None and len(raw) <= LONGEST_QUERY:
        # A form on the application's own page brings no SameSite=Lax cookie; a link does.
        again = urlencode(authorization.read(raw, is_query=True))
        if len(again) <= LONGEST_QUERY:
            return redirect(f"{endpoints.AUTHORIZATION}?{again}", 303)
    parameters = authorization.read(raw, is_query=request.method == "GET")
    client, attempt = authorization.client_of(parameters), opaque.identifier()
    if request_uri.is_pushed(parameters):
        return _go_on(client, parameters, attempt)
    try:
        parameters = request_object.opened(client, parameters, issuer=wired().config.issuer, now=clock.now())
    except AuthorizationError as error:
        target = request_object.target_of_refusal(client, parameters)
        return authorization_response.refuse(target, error, client=client, attempt=attempt)
    target = authorization.target_of(client, parameters)
    try:
        asked = authorization.request_of(client, target, parameters, issuer=wired().config.issuer, keys=wired().keys)
        return _proceed(interactions.new_id(), client, target, asked, attempt)
    except AuthorizationError as error:
        return authorization_response.refuse(target, error, client=client, attempt=attempt)


def _go_on(client: Client, parameters: dict[str, str], attempt: str) -> Response:
    """Take up a request that was pushed; a browser that loads the address again is led to where it was."""
    if "prefetch" in request.headers.get("Sec-Purpose", ""):  # it would be used up before anybody has come
        return Response(status=425, mimetype="text/plain")  # RFC 8470 5.2: whoever really comes asks again
    now, id = clock.now(), interactions.new_id()
    asked = request_uri.read(client, parameters, now)
    if asked is None or not request_uri.use(client, parameters, id, now):
        return redirect(f"/interaction/{_begun_here(client, parameters, now)}", 303)
    target = Target(asked.redirect_uri, asked.response_mode, asked.state)
    try:
        return _proceed(id, client, target, asked, attempt)
    except AuthorizationError as error:
        return authorization_response.refuse(target, error, client=client, attempt=attempt)


def _begun_here(client: Client, parameters: dict[str, str], now: int) -> str:
    """The interaction that a pushed request has become, if it is this browser's and not over; raises PageError."""
    id, session = request_uri.became(client, parameters, now), browser.current().row
    found = interactions.find(id, now) if id else None
    if found is None or session is None or found[0].session_id != session.id:
        raise request_uri.not_good(client)
    return str(found[0].id)


def _proceed(id: str, client: Client, target: Target, asked: AuthorizationRequest, attempt: str) -> Response:
    now = clock.now()
    interaction = Interaction(
        id, client, asked, browser.current().row, attempt, now, request.remote_addr,
        site=wired().site,
    )  # fmt: skip
    if next_step(interaction) is None:
        return authorization_response.answer(target, issue_code(interaction, now, issuer=wired().config.issuer))
    with transaction():
        session = browser.current().for_sign_in(now)
        interactions.keep(interaction.id, session, client, asked.to_json(), attempt, now)
        if session.user or throttle.may_be_noted(request.remote_addr, now):
            activity.record(
                "authorization.requested", attempt=attempt, client=client.client_id, address=request.remote_addr,
                user=session.user.username if session.user else None, scopes=list(asked.scopes),
            )  # fmt: skip
    return redirect(f"/interaction/{interaction.id}", 303)
