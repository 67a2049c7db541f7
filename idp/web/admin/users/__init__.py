"""`/admin/users`: the people who sign in, a module a thing one can do with them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from idp.web.area import blueprint_of

NAME = "users"
TITLE = _("Users")
ADDRESS = "/admin/users"

blueprint = blueprint_of(__name__, NAME, url_prefix="/users")
