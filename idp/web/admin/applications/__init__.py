"""`/admin/applications`, `/admin/gallery` and `/admin/try`: applications that sign people in here, a module a thing to do.

Client ids have at least three characters, so no address of a client is one of these pages'.
"""

from __future__ import annotations

from flask import Blueprint
from flask_babel import lazy_gettext as _

from idp.web.admin.applications import (
    address,
    applying,
    claims,
    deleting,
    details,
    form,
    gallery,
    logo,
    overview,
    secret,
    self_registration,
    sheet,
    switching,
    trial,
    try_it,
)

NAME = "applications"
TITLE = _("Applications")
ADDRESS = "/admin/applications"

blueprint = Blueprint(NAME, __name__)

for _page in (
    address,
    applying,
    claims,
    deleting,
    details,
    form,
    gallery,
    logo,
    overview,
    secret,
    self_registration,
    sheet,
    switching,
    trial,
    try_it,
):
    blueprint.register_blueprint(_page.blueprint)
