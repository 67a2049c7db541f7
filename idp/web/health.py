"""`/health`: whether this provider could serve somebody right now, for whatever watches over it."""

from __future__ import annotations

from werkzeug.http import dump_cookie

from idp import clock, endpoints
from idp.oidc.parameters import Malformed, parse
from idp.storage import database, links
from idp.web.cookie import cookie_name
from idp.web.direct import Call, Endpoint, in_json
from idp.web.headers import Answer


def health(call: Call) -> Answer:
    """200 when the database answers; 503 otherwise, as `direct` says it.

    With a probe of `idp doctor` also how the request arrived, so that it can tell what a proxy in front does.
    """
    database.ask()
    probe = _probe(call.query)
    if probe is None or not links.use(probe, links.PROBE, clock.now()):
        return in_json(200, {"status": "ok"})
    name = cookie_name(call.wired.config)
    # As the session's cookie is made, to see what becomes of it; worth nothing, and for no browser.
    cookie = dump_cookie(name, "probe", max_age=0, secure=call.wired.config.secure, httponly=True, samesite="Lax")
    arrival = call.environ.get("foyer.arrival", {})
    return in_json(200, {"status": "ok", "cookie_name": name, **arrival}, ("set-cookie", cookie))


def _probe(query: bytes) -> str | None:
    try:
        return parse(query, {"probe"}).get("probe")
    except Malformed:  # whatever somebody's watcher adds to the address
        return None


ENDPOINT = Endpoint(endpoints.HEALTH, {"GET": health, "HEAD": health})
