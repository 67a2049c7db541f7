"""`/token`: an application exchanges what it was given (OIDC Core 3.1.3)."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from idp import clock
from idp.errors import TokenError
from idp.oidc import token_endpoint
from idp.web.wired import wired

blueprint = Blueprint("token", __name__)


@blueprint.post("/token")
def token() -> Response:
    """Tokens, or an error that says what was wrong with the request."""
    if request.mimetype != "application/x-www-form-urlencoded":
        raise TokenError(
            "invalid_request", "Send a form: application/x-www-form-urlencoded.", reason="wrong_media_type"
        )
    answer = jsonify(
        token_endpoint.respond(
            request.get_data(), request.headers.get("Authorization"), issuer=wired().config.issuer,
            keys=wired().keys, now=clock.now(), address=request.remote_addr,
        )
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"  # RFC 6749 5.1
    answer.headers["Pragma"] = "no-cache"
    return answer
