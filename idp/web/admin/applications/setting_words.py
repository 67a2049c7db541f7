"""What a preset sets, in words for somebody who runs a media server, with the protocol's word beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from idp.presets.filling import Setting

_LABELS = {
    "redirect_uris": (_("People come back to"), "redirect_uris"),
    "post_logout_redirect_uris": (_("After signing out people go to"), "post_logout_redirect_uris"),
    "backchannel_logout_uri": (_("It is told of sign-outs at"), "backchannel_logout_uri"),
    "frontchannel_logout_uri": (_("Its page that signs people out"), "frontchannel_logout_uri"),
    "auth_method": (_("It proves itself"), "token_endpoint_auth_method"),
    "require_pkce": (_("Each sign-in is sealed"), "PKCE, S256"),
    "scopes": (_("It learns"), "scope"),
    "access_token_format": (_("Access tokens"), "access_token"),
    "id_token_claims": (_("It is told right with the sign-in"), "id_token"),
}
_SCOPES = {
    "openid": (_("Who somebody is"), _("a number that stands for them, the same at every visit")),
    "profile": (_("Names"), _("their user name, the name they go by, picture, language and time zone")),
    "email": (_("E-mail address"), _("and whether it has been checked")),
    "groups": (_("Groups"), _("the names of the groups they are in")),
    "roles": (_("Roles"), _("their groups again, under the other name that some applications use")),
    "offline_access": (_("Staying connected"), _("it may go on reading this while they are away")),
}
_METHODS = {
    None: _("with a secret, sent either way"),
    "client_secret_basic": _("with a secret, sent in the header"),
    "client_secret_post": _("with a secret, sent in the form"),
    "private_key_jwt": _("with a key of its own"),
    "none": _("without a secret, which it couldn’t keep"),
}


@dataclass(frozen=True)
class Words:
    """One setting as a page shows it; `verbatim` values are addresses."""

    label: LazyString | str
    term: str
    values: list[Any]
    reason: str
    verbatim: bool = False


def told_by(scope: str) -> tuple[LazyString | str, LazyString | str]:
    """What an application learns by a scope, and what exactly that is; for administrators."""
    return _SCOPES.get(scope, (scope, ""))


def in_words(setting: Setting) -> Words:
    """One setting of a preset in words."""
    label, term = _LABELS.get(setting.field, (setting.field, ""))
    value = setting.value
    if isinstance(value, list) and setting.field != "scopes":
        return Words(label, term, value, setting.reason, verbatim=True)
    if setting.field == "scopes":
        return Words(label, f"{term}: {' '.join(value)}", [told_by(scope)[0] for scope in value], setting.reason)
    if setting.field == "auth_method":
        return Words(label, term, [_METHODS[value]], setting.reason)
    if setting.field == "require_pkce":
        return Words(label, term, [_("always") if value else _("if it can")], setting.reason)
    if isinstance(value, bool):
        return Words(label, term, [_("yes") if value else _("no")], setting.reason)
    return Words(label, term, [] if value is None else [value], setting.reason, verbatim=True)
