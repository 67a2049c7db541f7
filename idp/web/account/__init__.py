"""`/account`: what people see and change of their own account, a module a page."""

from __future__ import annotations

from flask import Blueprint

from idp.web.account import (
    activity,
    applications,
    devices,
    email,
    factor,
    overview,
    password,
    picture,
    profile,
    recovery_codes,
    security,
)

blueprint = Blueprint("account", __name__)

PAGES = (
    overview, profile, email, picture, security, password, recovery_codes, factor, devices, applications, activity,
)  # fmt: skip
for _page in PAGES:
    blueprint.register_blueprint(_page.blueprint)
