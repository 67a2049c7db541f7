"""Scopes and claims in plain words, for the consent page."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _

_SCOPES = {
    "openid": (_("Who you are"), _("a number that stands for you, the same at every visit")),
    "profile": (_("Your name"), _("your user name and the name you go by")),
    "email": (_("Your e-mail address"), _("and whether it has been checked")),
    "groups": (_("Your groups"), _("the names of the groups you are in, so that it knows what you may do")),
    "roles": (_("Your roles"), _("your groups again, under the other name that some applications use")),
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


def titles(scopes: Iterable[str]) -> list[dict[str, object]]:
    """What each scope means to the person."""
    return [{"title": _SCOPES[scope][0], "detail": _SCOPES[scope][1]} for scope in scopes]


def facts(claims: Iterable[str]) -> list[object]:
    """What each single claim means to the person."""
    return [_CLAIMS[claim] for claim in claims]
