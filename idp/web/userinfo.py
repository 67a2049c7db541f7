"""`/userinfo`: an application asks about the person behind an access token (OIDC Core 5.3)."""

from __future__ import annotations

from idp import clock, endpoints
from idp.errors import BearerError
from idp.oidc import userinfo
from idp.oidc.parameters import Malformed, parse
from idp.web import bearer
from idp.web.cross_origin import preflight, readable
from idp.web.direct import Call, Endpoint, in_json
from idp.web.headers import Answer


def by_header(call: Call) -> Answer:
    """The claims that the token in the header opens."""
    return _claims(call, None)


def by_header_or_form(call: Call) -> Answer:
    """The claims that the token opens, wherever it stands."""
    return _claims(call, call.form)


def _claims(call: Call, body: bytes | None) -> Answer:
    try:
        form_token = parse(body, {"access_token"}).get("access_token") if body else None
        token = userinfo.bearer_token(call.authorization, form_token)
        client, claims = userinfo.claims_for(token, clock.now(), call.address)
    except Malformed as malformed:
        return readable(bearer.refused(BearerError("invalid_request", str(malformed), status=400)), call, None)
    except BearerError as error:
        return readable(bearer.refused(error), call, None)
    if client.userinfo_alg is None:
        return readable(in_json(200, claims), call, client)
    signed = userinfo.signed(claims, client, issuer=call.wired.config.issuer, keys=call.wired.keys)
    return readable((200, [("content-type", "application/jwt")], signed.encode()), call, client)


ENDPOINT = Endpoint(
    endpoints.USERINFO,
    {"GET": by_header, "HEAD": by_header, "POST": by_header_or_form, "OPTIONS": preflight("GET", "HEAD", "POST")},
)
