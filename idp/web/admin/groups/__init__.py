"""`/admin/groups`: who shares what, a module a thing one can do with it."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _

from idp.web.admin.groups import claims, edit, group, members, overview

NAME = "groups"
TITLE = _("Groups")
ADDRESS = "/admin/groups"

blueprint = Blueprint(NAME, __name__, url_prefix="/groups")

for _page in (overview, group, claims, edit, members):
    blueprint.register_blueprint(_page.blueprint)
