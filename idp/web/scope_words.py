"""Scopes and claims in plain words, for the consent page."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask
from flask_babel import lazy_gettext as _

_SCOPES = {
    "openid": (_("Who you are"), _("a number that stands for you, the same at every visit")),
    "profile": (_("Your name"), _("your user name, the names you go by, your picture, language and time zone")),
    "email": (_("Your e-mail address"), _("and whether it has been checked")),
    "groups": (_("Your groups"), _("the names of the groups you are in, so that it knows what you may do")),
    "roles": (_("Your roles"), _("your groups again, under the other name that some applications use")),
    "offline_access": (
        _("Staying connected"),
        _("it may go on reading this while you are away, for thirty days at most"),
    ),
}
_CLAIMS = {
    "name": _("The name you go by"),
    "given_name": _("Your given name"),
    "family_name": _("Your family name"),
    "nickname": _("Your nickname"),
    "preferred_username": _("Your user name"),
    "picture": _("Your picture"),
    "locale": _("Your language"),
    "zoneinfo": _("Your time zone"),
    "updated_at": _("When your details last changed"),
    "email": _("Your e-mail address"),
    "email_verified": _("Whether your e-mail address has been checked"),
    "groups": _("Your groups"),
    "roles": _("Your roles"),
}


def register(app: Flask) -> None:
    """Let templates say a scope or a claim in plain words."""
    app.add_template_global(scopes_in_order)
    app.add_template_global(scope_title)
    app.add_template_global(scope_detail)
    app.add_template_global(claim_title)


def scopes_in_order(scopes: Iterable[str]) -> list[str]:
    """Scopes in the order in which people are told of them."""
    return sorted(scopes, key=list(_SCOPES).index)


def scope_title(scope: str) -> object:
    """What a scope means to the person."""
    return _SCOPES[scope][0]


def scope_detail(scope: str) -> object:
    """What exactly comes with a scope."""
    return _SCOPES[scope][1]


def claim_title(claim: str) -> object:
    """What a single claim means to the person; one that an administrator made up only has its name."""
    return _CLAIMS.get(claim) or _("“%(name)s”, which an administrator has noted for you", name=claim)
