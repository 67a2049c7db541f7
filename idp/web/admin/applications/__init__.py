"""`/admin/applications`: the applications that sign people in here, a module a thing one can do with them."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _

from idp.web.admin.applications import overview

NAME = "applications"
TITLE = _("Applications")
ADDRESS = "/admin/applications"

blueprint = Blueprint(NAME, __name__, url_prefix="/applications")

for _page in (overview,):
    blueprint.register_blueprint(_page.blueprint)
