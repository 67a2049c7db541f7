"""The pages of `/account` in their frame: the way around, and questions before what can't be undone."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _

from idp.storage.models import User
from idp.web import room
from idp.web.room import circumstances, done, onward, recent, typed_before, zone_of

__all__ = ["circumstances", "confirm", "done", "onward", "recent", "show", "typed_before", "zone_of"]

_NAVIGATION = (
    ("profile", _("Profile"), "/account"),
    ("security", _("Security"), "/account/security"),
    ("devices", _("Devices"), "/account/devices"),
    ("applications", _("Applications"), "/account/applications"),
    ("activity", _("Activity"), "/account/activity"),
)


def show(template: str, user: User, here: str, status: int = 200, **values: Any) -> Response:
    """A page of somebody's account; `here` is the word of the navigation that it belongs to."""
    return room.show(f"account/{template}.html", user, here, _NAVIGATION, status, **values)


def confirm(user: User, here: str, **values: Any) -> Response:
    """The question before something that can't be undone: `title`, `follows` (sentences), `button` and `back`."""
    return show("confirm", user, here, **{"action": request.path, "kind": "danger", **values})
