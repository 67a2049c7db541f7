"""`/health`: whether this provider could serve somebody right now, for whatever watches over it."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from idp import clock
from idp.storage import database, links

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """200 when the database answers; 503 otherwise, by the error handler.

    With a probe of `idp doctor` also how the request arrived, so that it can tell what a proxy in front does.
    """
    database.execute("SELECT 1").fetchone()
    probe = request.args.get("probe", "")
    if probe and links.use(probe, links.PROBE, clock.now()):
        return jsonify(status="ok", **request.environ.get("foyer.arrival", {}))
    return jsonify(status="ok")
