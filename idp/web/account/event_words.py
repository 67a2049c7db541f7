"""Events of somebody's account in plain words; an event that has none here isn't shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app
from flask_babel import gettext

from idp import activity, authenticators
from idp.storage import users
from idp.storage.models import Activity

Detail = dict[str, Any]


def _(text: str, **values: Any) -> str:
    return str(gettext(text, **values))


def _signed_in(said: Detail) -> str:
    if said["app"]:
        return _("Signed in for %(app)s: %(method)s", **said)
    return _("Signed in: %(method)s", **said)


def _refused(said: Detail) -> str:
    if said.get("reason") == "wrong_password":
        return _("A wrong password was tried")
    if said.get("reason") == "too_many_tries":
        return _("A sign-in was refused, as there had been too many wrong tries")
    return _("A sign-in was refused")


def _second_refused(said: Detail) -> str:
    if said.get("reason") == "too_many_tries":
        return _("A second factor was refused, as there had been too many wrong tries")
    return _("A second factor was tried and refused: %(method)s", **said)


def _changed(said: Detail) -> str:
    if "password" in said.get("fields", []):
        return _("%(who)s gave you a new password", **said)
    return _("%(who)s changed your account", **said)


def _signed_out(said: Detail) -> str:
    return _("Signed out at the wish of %(app)s", **said) if said["app"] else _("Signed out")


def _signed_out_everywhere(said: Detail) -> str:
    if said.get("by"):
        return _("%(who)s signed you out everywhere", **said)
    return _("Signed out everywhere else")


def _link_made(said: Detail) -> str:
    if said.get("by") == "mail":
        return _("A sign-in link was made for you")
    return _("%(who)s made a sign-in link for you", **said)


# The words, and whether somebody should look twice.
_WORDS: dict[str, tuple[Callable[[Detail], str], bool]] = {
    "code.issued": (lambda said: _("Signed in to %(app)s", **said), False),
    "device.allowed": (lambda said: _("Let a device in: %(app)s", **said), False),
    "device.denied": (lambda said: _("Didn’t let a device in: %(app)s", **said), True),
    "sign_in": (_signed_in, False),
    "second_factor": (lambda said: _("Showed a second factor: %(method)s", **said), False),
    "sign_in.refused": (_refused, True),
    "second_factor.refused": (_second_refused, True),
    "access.denied": (lambda said: _("%(app)s turned out to be closed to you", **said), False),
    "consent.given": (lambda said: _("Allowed %(app)s to see your details", **said), False),
    "consent.refused": (lambda said: _("Didn’t allow %(app)s to see your details", **said), False),
    "consent.revoked": (lambda said: _("Took back what %(app)s may see", **said), False),
    "signed_out": (_signed_out, False),
    "logout.told": (lambda said: _("%(app)s was told that you signed out", **said), False),
    "logout.delayed": (lambda said: _("%(app)s couldn’t be told yet that you signed out", **said), False),
    "logout.given_up": (lambda said: _("%(app)s couldn’t be told that you signed out: do it there too", **said), True),
    "session.ended": (lambda said: _("Signed out in another browser"), False),
    "sessions.ended": (_signed_out_everywhere, False),
    "password.changed": (lambda said: _("Changed the password"), True),
    "email.changed": (lambda said: _("Changed the e-mail address"), True),
    "profile.changed": (lambda said: _("Changed names, language or time zone"), False),
    "picture.changed": (lambda said: _("Changed the picture"), False),
    "picture.removed": (lambda said: _("Removed the picture"), False),
    "authenticator.added": (lambda said: _("Added: %(method)s", **said), True),
    "authenticator.removed": (lambda said: _("Removed: %(method)s", **said), True),
    "authenticator.renamed": (lambda said: _("Renamed: %(method)s", **said), False),
    "authenticator.disabled": (lambda said: _("Switched off after too many wrong tries: %(method)s", **said), True),
    "sign_in_link.made": (_link_made, True),
    "user.factors_reset": (lambda said: _("%(who)s removed all your second factors", **said), True),
    "user.added": (lambda said: _("The account was made"), False),
    "user.changed": (_changed, True),
    "user.disabled": (lambda said: _("%(who)s shut you out", **said), True),
    "user.enabled": (lambda said: _("%(who)s let you in again", **said), False),
    "group.granted": (lambda said: _("%(who)s put you into the group %(group)s", **said), False),
    "group.revoked": (lambda said: _("%(who)s took you out of the group %(group)s", **said), False),
}
EVENTS = frozenset(_WORDS)


def words(event: Activity, app: str | None) -> tuple[str, bool]:
    """What happened, for the person it happened to, and whether it deserves a second look."""
    say, is_notable = _WORDS[event.event]
    method = _method(str(event.detail.get("authenticator", "")))
    known = {"app": app or event.client_id or "", "method": method, "who": _who(event)}
    return say({**event.detail, **known}), is_notable


def _who(event: Activity) -> str:
    """The administrator who did it, by the name they go by."""
    name = str(event.detail.get("by", activity.COMMAND_LINE))
    if name == event.username:
        return _("You")
    somebody = users.by_name(name) if name != activity.COMMAND_LINE else None
    return somebody.shown_name if somebody else _("An administrator")


def _method(name: str) -> str:
    if name in authenticators.everything() and name != "password":
        template: Any = current_app.jinja_env.get_template(f"authenticators/{name}.html").module
        if hasattr(template, "title"):
            return str(template.title()).strip()
    return {"password": _("Password"), "setup": _("Set-up link"), "invitation": _("Invitation")}.get(
        name, _("Another way")
    )
