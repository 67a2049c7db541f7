"""`/account`: what people see and change of their own account, a module a page."""

from __future__ import annotations

from flask import Blueprint

from idp.web.account import overview, profile

blueprint = Blueprint("account", __name__)

for _page in (overview, profile):
    blueprint.register_blueprint(_page.blueprint)
