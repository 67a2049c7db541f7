"""`/account/security/recovery-codes`: ten new codes in place of the old ones, shown once."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.wrappers import Response as BaseResponse

from idp.authenticators import recovery_code
from idp.directory import factors
from idp.errors import Invalid
from idp.web.account import room

blueprint = Blueprint("recovery_codes", __name__)
HERE = "/account/security/recovery-codes"


@blueprint.get(HERE)
def ask() -> Response:
    """How many are left, and whether to make new ones."""
    user = room.recent(HERE)
    return room.show(
        "recovery_codes",
        user,
        "security",
        codes=[],
        left=recovery_code.left(user),
        possible=bool(factors.enrolled(user)),
    )


@blueprint.post(HERE)
def create() -> BaseResponse:
    """Make them and show them; nothing can show them again."""
    user = room.recent(HERE)
    try:
        codes = factors.new_recovery_codes(user, room.circumstances())
    except Invalid:
        return room.onward(HERE)
    return room.show("recovery_codes", user, "security", codes=codes, left=len(codes), possible=True)
