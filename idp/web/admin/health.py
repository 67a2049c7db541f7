"""`/admin/health`: what `idp doctor` finds, as a page."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response
from flask_babel import lazy_gettext as _

from idp import clock, doctor
from idp.storage import database
from idp.web.admin import room
from idp.web.gateway import elsewhere
from idp.web.wired import wired

NAME = "health"
TITLE = _("Health")
ADDRESS = "/admin/health"
PATIENCE = 6.0  # seconds for each look that may take long

blueprint = Blueprint(NAME, __name__)
_STATES = {doctor.BAD: _("Mend this"), doctor.NOTE: _("Good to know"), doctor.FINE: _("Fine")}


@blueprint.get("/health")
def show() -> Response:
    """Every finding, the worst first, each with how to mend it."""
    found = list(doctor.look(wired().config, _run))
    order = list(_STATES)
    return room.show(
        "health", NAME, findings=sorted(found, key=lambda each: order.index(each.state)), states=_STATES, bad=doctor.BAD,
        now=clock.now(), count=sum(each.state == doctor.BAD for each in found),
    )  # fmt: skip


def _run(work: Callable[[], Any]) -> Any:
    return elsewhere(lambda: _and_close(work), PATIENCE)


def _and_close(work: Callable[[], Any]) -> Any:
    # A thread that looks through the database has opened a connection of its own.
    try:
        return work()
    finally:
        if threading.current_thread() is not threading.main_thread():
            database.close()
