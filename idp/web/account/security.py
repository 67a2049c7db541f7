"""`/account/security`: what somebody signs in with, and the way to add one more."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as BaseResponse

from idp import authenticators, clock
from idp.authenticators import recovery_code
from idp.directory import factors, own_password
from idp.tries import Try
from idp.web import own_sign_in
from idp.web.account import room
from idp.web.wired import wired

blueprint = Blueprint("security", __name__)
HERE = "/account/security"


@blueprint.get(HERE)
def show() -> Response:
    """Password, what was added to it, and recovery codes."""
    user = own_sign_in.person(HERE)
    enrolled = factors.enrolled(user)
    since = request.args.get("since", type=int)  # where somebody comes back from adding one
    added = [credential.id for credential in enrolled if since is not None and credential.created_at >= since]
    return room.show(
        "security", user, "security", enrolled=enrolled, added=added,
        kinds=[kind.NAME for kind in authenticators.enrollable()],
        hindered=authenticators.hindered(Try("", clock.now(), request.remote_addr, site=wired().site)),
        password_since=own_password.since(user), codes_left=recovery_code.left(user), few=recovery_code.FEW,
    )  # fmt: skip


@blueprint.post(HERE)
def add() -> BaseResponse:
    """Go and add one, and come back."""
    kind = request.form.get("add", "")
    if kind not in {each.NAME for each in authenticators.enrollable()}:
        abort(400)
    own_sign_in.person(HERE)
    return own_sign_in.add_authenticator(kind, f"{HERE}?since={clock.now()}")
