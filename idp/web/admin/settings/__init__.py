"""`/admin/settings`: what holds for everybody, and what this provider is called and looks like."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from idp.web.area import blueprint_of

NAME = "settings"
TITLE = _("Settings")
ADDRESS = "/admin/settings"

blueprint = blueprint_of(__name__, NAME)
