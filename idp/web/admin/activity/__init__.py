"""`/admin/activity`: what has happened, and one sign-in step by step with what to do where it failed."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _

from idp.web.admin.activity import overview, timeline

NAME = "activity"
TITLE = _("Activity")
ADDRESS = "/admin/activity"

blueprint = Blueprint(NAME, __name__)

for _page in (overview, timeline):
    blueprint.register_blueprint(_page.blueprint)
