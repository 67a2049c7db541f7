"""Single sign-on: whoever has proved enough goes back to the application at once, without a page and so without Flask.

Whatever isn't as simple as that, errors included, is left to `authorize`, which looks at the request from the start.
"""

from __future__ import annotations

from idp import clock, opaque
from idp.errors import AuthorizationError, PageError
from idp.interaction import next_step
from idp.interaction.facts import Interaction
from idp.oidc import authorization, redirect_uris
from idp.oidc.authorization_response import issue_code
from idp.storage import interactions, sessions
from idp.web.direct import Call, Endpoint
from idp.web.headers import KEEP_OPENER, Answer


def at_once(call: Call) -> Answer | None:
    """The redirect with the code, when nothing stands in its way."""
    handle, now, wired = call.session_handle, clock.now(), call.wired
    try:
        session = sessions.find(handle, now) if handle else None
        if session is None or session.user is None:
            return None
        parameters = authorization.read(call.query, is_query=True)
        client = authorization.client_of(parameters)
        target = authorization.target_of(client, parameters)
        if target.response_mode != "query":
            return None
        asked = authorization.request_of(client, target, parameters, issuer=wired.config.issuer, keys=wired.keys)
        interaction = Interaction(
            interactions.new_id(), client, asked, session, opaque.identifier(), now, call.address, site=wired.site
        )
        if next_step(interaction) is not None:
            return None
        code = issue_code(interaction, now, issuer=wired.config.issuer)
    except (PageError, AuthorizationError):
        return None
    location = redirect_uris.add_parameters(target.redirect_uri, code)
    return 303, [("location", location), KEEP_OPENER], b""


ENDPOINT = Endpoint("/authorize", {"GET": at_once}, is_shortcut=True)
