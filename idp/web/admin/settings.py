"""`/admin/settings`: what holds for everybody; what is set elsewhere is shown with where that is."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response as BaseResponse

from idp.directory import policy
from idp.storage import sessions
from idp.web.admin import guard, room
from idp.web.wired import wired

_ = gettext
NAME = "settings"
TITLE = lazy_gettext("Settings")
ADDRESS = "/admin/settings"

blueprint = Blueprint(NAME, __name__)
_HOUR = 3_600  # seconds


@blueprint.get("/settings")
def show() -> Response:
    """The settings."""
    typed = room.typed()
    demanded = "require_mfa" in typed if "sent" in typed else policy.everybody_needs_mfa()
    return room.show("settings", NAME, demanded=demanded, config=wired().config, lengths=[
        (_("Signed in for at most"), sessions.LIFETIME // _HOUR),
        (_("… without a visit"), sessions.IDLE_LIFETIME // _HOUR),
        (_("… without a visit, for administrators"), sessions.ADMIN_IDLE_LIFETIME // _HOUR),
        (_("With “Stay signed in”"), sessions.KEPT_LIFETIME // _HOUR),
    ])  # fmt: skip


@blueprint.post("/settings")
@guard.keeps("sent", "require_mfa")
def change() -> BaseResponse:
    """Change what can be changed here."""
    demanded = request.form.get("require_mfa") == "1"
    if demanded != policy.everybody_needs_mfa():
        policy.demand_mfa_of_everybody(demanded)
    if demanded:
        return room.done(
            _("Everybody needs a second factor now. Who has none is asked to set one up at the next sign-in."), ADDRESS
        )
    return room.done(_("Only who has a second factor is asked for it."), ADDRESS)
