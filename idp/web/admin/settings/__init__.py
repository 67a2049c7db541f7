"""`/admin/settings`: what holds for everybody, and what this provider is called and looks like."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _

from idp.web.admin.settings import logo, page

NAME = "settings"
TITLE = _("Settings")
ADDRESS = "/admin/settings"

blueprint = Blueprint(NAME, __name__)

for _page in (logo, page):
    blueprint.register_blueprint(_page.blueprint)
