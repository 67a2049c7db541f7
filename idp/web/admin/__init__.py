"""`/admin`: what administrators see and change, a module a page, found by lying here.

Every page has

`NAME`       its word in the navigation
`TITLE`      its text there
`ADDRESS`    where it begins
`blueprint`  its routes, below `/admin`

Where a form is sent is where it is shown, so that whoever has to show again who they are comes back to it. A view whose
form should not be typed twice names its fields with `guard.keeps`.
"""

from __future__ import annotations

from functools import cache
from types import ModuleType

from flask import Blueprint, Flask, redirect
from werkzeug.wrappers import Response

from idp import discover
from idp.web.admin import guard

PREFIX = "/admin"
# The order of the navigation; what isn't there yet isn't shown.
ORDER = ("applications", "users", "groups", "invitations", "activity", "keys", "settings", "health")


@cache
def pages() -> tuple[ModuleType, ...]:
    """The pages that there are, in the order of the navigation."""
    import idp.web.admin as here

    found = [module for module in discover.modules(here) if hasattr(module, "TITLE")]
    return tuple(sorted(found, key=lambda page: ORDER.index(page.NAME)))


def register(app: Flask) -> None:
    """Put the pages into the application, all of them behind the guard."""
    blueprint = Blueprint("admin", __name__, url_prefix=PREFIX)
    blueprint.add_url_rule("", "start", _start)
    for page in pages():
        blueprint.register_blueprint(page.blueprint)
    guard.behind_the_token(blueprint)
    app.register_blueprint(blueprint)


def _start() -> Response:
    return redirect(pages()[0].ADDRESS, 303)
