"""`/admin/applications`, `/admin/gallery` and `/admin/try`: applications that sign people in here, a module a thing to do.

Client ids have at least three characters, so no address of a client is one of these pages'.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from idp.web.area import blueprint_of

NAME = "applications"
TITLE = _("Applications")
ADDRESS = "/admin/applications"

blueprint = blueprint_of(__name__, NAME)
