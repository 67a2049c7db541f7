"""`/userinfo`: an application asks about the person behind an access token (OIDC Core 5.3)."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from idp import clock
from idp.errors import BearerError
from idp.oidc import userinfo
from idp.oidc.parameters import Malformed, parse

blueprint = Blueprint("userinfo", __name__)


@blueprint.route("/userinfo", methods=["GET", "POST"], endpoint="userinfo")
def claims() -> Response:
    """The claims that the token opens."""
    form: dict[str, str] = {}
    if request.method == "POST" and request.mimetype == "application/x-www-form-urlencoded":
        try:
            form = parse(request.get_data(), {"access_token"})
        except Malformed as malformed:
            raise BearerError("invalid_request", str(malformed), status=400) from None
    token = userinfo.bearer_token(request.headers.get("Authorization"), form.get("access_token"))
    return jsonify(userinfo.claims_for(token, clock.now()))
