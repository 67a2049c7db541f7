"""`/admin/activity`: what has happened, and one sign-in step by step with what to do where it failed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from idp.web.area import blueprint_of

NAME = "activity"
TITLE = _("Activity")
ADDRESS = "/admin/activity"

blueprint = blueprint_of(__name__, NAME)
