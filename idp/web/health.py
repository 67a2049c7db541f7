"""`/health`: whether this provider could serve somebody right now, for whatever watches over it."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from idp.storage import database

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """200 when the database answers; 503 otherwise, by the error handler."""
    database.execute("SELECT 1").fetchone()
    return jsonify(status="ok")
