"""Areas: packages of pages, a module a page, whose blueprint is made of those that lie in them."""

from __future__ import annotations

import sys

from flask import Blueprint

from idp import discover


def blueprint_of(package: str, name: str, url_prefix: str | None = None) -> Blueprint:
    """The blueprint of a package, for the package itself to call: in it are those of its modules that have one."""
    blueprint = Blueprint(name, package, url_prefix=url_prefix)
    for module in discover.modules(sys.modules[package]):
        if hasattr(module, "blueprint"):
            blueprint.register_blueprint(module.blueprint)
    return blueprint
