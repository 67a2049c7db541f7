"""`/admin/groups`: who shares what, a module a thing one can do with it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from idp.web.area import blueprint_of

NAME = "groups"
TITLE = _("Groups")
ADDRESS = "/admin/groups"

blueprint = blueprint_of(__name__, NAME, url_prefix="/groups")
