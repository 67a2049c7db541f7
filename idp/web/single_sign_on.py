"""Single sign-on: whoever has proved enough goes back to the application at once, without a page and so without Flask.

Whatever isn't as simple as that, errors included, is left to `authorize`, which looks at the request from the start.
"""

from __future__ import annotations

from idp import clock, endpoints, opaque
from idp.errors import AuthorizationError, PageError
from idp.interaction import next_step
from idp.interaction.facts import Interaction
from idp.interaction.request import AuthorizationRequest
from idp.oidc import authorization, redirect_uris, request_object, request_uri
from idp.oidc.authorization_response import issue_code
from idp.storage import interactions, sessions
from idp.storage.models import Client
from idp.web.direct import Call, Endpoint
from idp.web.headers import KEEP_OPENER, Answer
from idp.web.wired import Wired


def at_once(call: Call) -> Answer | None:
    """The redirect with the code, when nothing stands in its way."""
    handle, now, wired = call.session_handle, clock.now(), call.wired
    try:
        session = sessions.find(handle, now) if handle else None
        if session is None or session.user is None:
            return None
        parameters = authorization.read(call.query, is_query=True)
        client = authorization.client_of(parameters)
        asked = _asked(client, parameters, now, wired)
        if asked is None or asked.response_mode != "query" or call.is_early:
            return None
        interaction = Interaction(
            interactions.new_id(), client, asked, session, opaque.identifier(), now, call.address, site=wired.site
        )
        if next_step(interaction) is not None:
            return None
        if request_uri.is_pushed(parameters) and not request_uri.use(client, parameters, interaction.id, now):
            return None
        code = issue_code(interaction, now, issuer=wired.config.issuer)
    except (PageError, AuthorizationError):
        return None
    location = redirect_uris.add_parameters(asked.redirect_uri, code)
    return 303, [("location", location), KEEP_OPENER], b""


def _asked(client: Client, parameters: dict[str, str], now: int, wired: Wired) -> AuthorizationRequest | None:
    """What the client asks for, or has pushed; raises PageError and AuthorizationError."""
    if request_uri.is_pushed(parameters):
        return request_uri.read(client, parameters, now)
    parameters = request_object.opened(client, parameters, issuer=wired.config.issuer, now=now)
    target = authorization.target_of(client, parameters)
    return authorization.request_of(client, target, parameters, issuer=wired.config.issuer, keys=wired.keys)


ENDPOINT = Endpoint(endpoints.AUTHORIZATION, {"GET": at_once}, is_shortcut=True)
