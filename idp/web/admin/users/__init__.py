"""`/admin/users`: the people who sign in, a module a thing one can do with them."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _

from idp.web.admin.users import access, add, claims, edit, overview, person, rescue

NAME = "users"
TITLE = _("Users")
ADDRESS = "/admin/users"

blueprint = Blueprint(NAME, __name__, url_prefix="/users")

for _page in (overview, add, person, edit, claims, access, rescue):
    blueprint.register_blueprint(_page.blueprint)
