"""Letting a person in again: a one-time link, a fresh start with second factors, an end to all their sessions."""

from __future__ import annotations

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from idp.directory import rescue
from idp.directory import users as people
from idp.errors import Invalid
from idp.mail import link_requests
from idp.storage import credentials
from idp.web.admin import room
from idp.web.admin.users.person import address, get
from idp.web.wired import wired

blueprint = Blueprint("rescue", __name__)


@blueprint.route("/<int:id>/link", methods=["GET", "POST"])
def link(id: int) -> Response:
    """Ask, and make the link; it is shown in this one answer."""
    person, errors, made = get(id), {}, None
    if request.method == "POST":
        try:
            made = link_requests.url(rescue.new_link(person), wired().config.issuer)
        except Invalid:
            errors = {"user": _("%(name)s is disabled, so no link would let them in. Enable them first.",
                                name=person.shown_name)}  # fmt: skip
    return room.show(
        "users/link", "users", 400 if errors else 200, somebody=person, address=address(person), errors=errors, link=made,
        minutes=rescue.LINK_LIFETIME // 60, has_second=credentials.has_second(person),
    )  # fmt: skip


@blueprint.route("/<int:id>/reset-factors", methods=["GET", "POST"])
def reset_factors(id: int) -> Response:
    """Ask, and remove every second factor."""
    person = get(id)
    if request.method == "POST":
        removed = rescue.reset_factors(person)
        said = ngettext("One way to sign in was removed from %(name)s, who is signed out everywhere.",
                        "%(num)d ways to sign in were removed from %(name)s, who is signed out everywhere.", removed,
                        name=person.shown_name)  # fmt: skip
        return room.done(said, address(person))
    return room.confirm(
        "users", title=_("Remove all second factors of %(name)s?", name=person.shown_name), back=address(person),
        button_text=_("Remove them"), follows=[
            _("Their authenticator apps, passkeys, security keys and recovery codes are removed. That is for who has lost them."),
            _("From then on their password alone lets them in, until they set up something new. They are signed out everywhere."),
            _("Be sure that it is really them who asks: call them back, or see them."),
        ],
    )  # fmt: skip


@blueprint.route("/<int:id>/end-sessions", methods=["GET", "POST"])
def end_sessions(id: int) -> Response:
    """Ask, and sign them out everywhere."""
    person = get(id)
    if request.method == "POST":
        people.end_sessions(person)
        return room.done(_("%(name)s is signed out everywhere.", name=person.shown_name), address(person))
    return room.confirm(
        "users", title=_("Sign %(name)s out everywhere?", name=person.shown_name), back=address(person),
        button_text=_("Sign out everywhere"), follows=[
            _("Every browser has to sign in again, and what applications were given is worth nothing any more."),
            _("Whoever knows their password gets in again: if somebody else may, give them a one-time link for a new one."),
        ],
    )  # fmt: skip
