"""`/authorize`: an application sends a browser here (OIDC Core 3.1.2)."""

from __future__ import annotations

from urllib.parse import urlencode
from wsgiref.types import WSGIEnvironment

from flask import Blueprint, Response, redirect, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response as BaseResponse

from idp import activity, clock, opaque, throttle
from idp.errors import AuthorizationError
from idp.interaction import next_step
from idp.interaction.facts import Interaction
from idp.interaction.request import AuthorizationRequest
from idp.oidc import authorization, authorization_response, redirect_uris
from idp.oidc.authorization_response import Target
from idp.oidc.parameters import LONGEST_QUERY
from idp.storage import interactions
from idp.storage.database import transaction
from idp.storage.models import Client
from idp.web import browser, page
from idp.web.wired import wired

blueprint = Blueprint("authorize", __name__)
blueprint.after_request(page.keep_opener)


@blueprint.route("/authorize", methods=["GET", "POST"])
def authorize() -> BaseResponse:
    """Check the request, and send the browser on: to the missing step, or back to the application at once."""
    if request.method == "HEAD":  # whoever only checks a link must not get a code made
        raise MethodNotAllowed(["GET", "POST"])
    raw = request.get_data() if request.method == "POST" else request.query_string
    if request.method == "POST" and browser.current().sent_handle is None and len(raw) <= LONGEST_QUERY:
        # A form on the application's own page brings no SameSite=Lax cookie; a link does.
        again = urlencode(authorization.read(raw, is_query=True))
        if len(again) <= LONGEST_QUERY:
            return redirect(f"/authorize?{again}", 303)
    parameters = authorization.read(raw, is_query=request.method == "GET")
    client = authorization.client_of(parameters)
    target = authorization.target_of(client, parameters)
    attempt = opaque.identifier()
    try:
        asked = authorization.request_of(client, target, parameters, provider=wired().provider, keys=wired().keys)
        return _proceed(client, target, asked, attempt)
    except AuthorizationError as error:
        return refuse(target, error, client=client, attempt=attempt)


def _proceed(client: Client, target: Target, asked: AuthorizationRequest, attempt: str) -> BaseResponse:
    now = clock.now()
    interaction = Interaction(
        interactions.new_id(), client, asked, browser.current().row, attempt, now, request.remote_addr,
        site=wired().site,
    )  # fmt: skip
    if next_step(interaction) is None:
        return answer(target, authorization_response.issue_code(interaction, now, issuer=wired().config.issuer))
    with transaction():
        session = browser.current().started()
        interactions.keep(interaction.id, session, client, asked.to_json(), attempt, now)
        if session.user or throttle.may_be_noted(request.remote_addr, now):
            activity.record(
                "authorization.requested", attempt=attempt, client=client.client_id, address=request.remote_addr,
                user=session.user.username if session.user else None, scopes=list(asked.scopes),
            )  # fmt: skip
    return redirect(f"/interaction/{interaction.id}", 303)


def refuse(target: Target, error: AuthorizationError, *, client: Client, attempt: str) -> BaseResponse:
    """Tell the application, through the browser, that there will be no code."""
    with transaction():
        if browser.current().user or throttle.may_be_noted(request.remote_addr, clock.now()):
            activity.record(
                "authorization.refused", attempt=attempt, client=client.client_id, address=request.remote_addr,
                error=error.error, reason=error.description,
            )  # fmt: skip
    return answer(target, authorization_response.error_answer(target, error, issuer=wired().config.issuer))


def answer(target: Target, parameters: dict[str, str]) -> BaseResponse:
    """Send the browser back to the application with parameters, in the way it asked for."""
    if target.response_mode == "form_post":  # OAuth 2.0 Form Post Response Mode 2
        response: Response = page.render(
            "form_post.html", redirect_uri=target.redirect_uri, parameters=list(parameters.items()),
            target=redirect_uris.csp_source(target.redirect_uri),
        )  # fmt: skip
        return response
    location = redirect_uris.add_parameters(target.redirect_uri, parameters)
    # 303: whatever the browser sent to us, a password above all, it must not send again (RFC 9700 4.12).
    return Onward(status=303, headers={"Location": location})


class Onward(Response):
    """A redirect whose address is sent as it stands: it may be an app's, which Werkzeug would take for a path."""

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        return self.headers
