"""The authorization response: the browser is sent back to the application with what that is told (RFC 6749 4.1.2)."""

from __future__ import annotations

from wsgiref.types import WSGIEnvironment

from flask import Response, request
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response as BaseResponse

from idp import activity, clock, throttle
from idp.errors import AuthorizationError
from idp.oidc import client_health, redirect_uris
from idp.oidc.authorization_response import Target, error_answer
from idp.storage.database import transaction
from idp.storage.models import Client
from idp.web import browser, page
from idp.web.wired import wired


def refuse(target: Target, error: AuthorizationError, *, client: Client, attempt: str) -> BaseResponse:
    """Tell the application, through the browser, that there will be no code."""
    with transaction():
        if browser.current().user or throttle.may_be_noted(request.remote_addr, clock.now()):
            activity.record(
                "authorization.refused", attempt=attempt, client=client.client_id, address=request.remote_addr,
                error=error.error, reason=error.description,
            )  # fmt: skip
            client_health.request_refused(client, error.error, error.description, clock.now())
    return answer(target, error_answer(target, error, issuer=wired().config.issuer))


def answer(target: Target, parameters: dict[str, str]) -> BaseResponse:
    """Send the browser back to the application with parameters, in the way it asked for."""
    if target.response_mode == "form_post":  # OAuth 2.0 Form Post Response Mode 2
        return page.render(
            "form_post.html", redirect_uri=target.redirect_uri, parameters=list(parameters.items()),
            target=redirect_uris.csp_source(target.redirect_uri),
        )  # fmt: skip
    location = redirect_uris.add_parameters(target.redirect_uri, parameters)
    # 303: whatever the browser sent to us, a password above all, it must not send again (RFC 9700 4.12).
    return Onward(status=303, headers={"Location": location})


class Onward(Response):
    """A redirect whose address is sent as it stands: it may be an app's, which Werkzeug would take for a path."""

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        return self.headers
