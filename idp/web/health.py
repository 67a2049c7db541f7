"""`/health`: whether this provider could serve somebody right now, for whatever watches over it."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from idp import clock
from idp.storage import database, links
from idp.web.cookie import cookie_name
from idp.web.wired import wired

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """200 when the database answers; 503 otherwise, by the error handler.

    With a probe of `idp doctor` also how the request arrived, so that it can tell what a proxy in front does.
    """
    database.execute("SELECT 1").fetchone()
    probe = request.args.get("probe", "")
    if probe and links.use(probe, links.PROBE, clock.now()):
        config = wired().config
        name = cookie_name(config)
        answer = jsonify(status="ok", cookie_name=name, **request.environ.get("foyer.arrival", {}))
        # As the session's cookie is made, to see what becomes of it; worth nothing, and for no browser.
        answer.set_cookie(name, "probe", max_age=0, secure=config.secure, httponly=True, samesite="Lax", path="/")
        return answer
    return jsonify(status="ok")
