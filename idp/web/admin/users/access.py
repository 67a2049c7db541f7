"""Shutting a person out, letting them in again, and deleting them for good."""

from __future__ import annotations

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from idp.directory import users as people
from idp.errors import Invalid
from idp.storage.models import User
from idp.web.admin import room
from idp.web.admin.users.person import address, get

blueprint = Blueprint("access", __name__)


@blueprint.route("/<int:id>/disable", methods=["GET", "POST"])
def disable(id: int) -> Response:
    """Ask, and shut them out."""
    person, errors = get(id), {}
    if request.method == "POST":
        try:
            people.disable(person)
            said = _(
                "%(name)s is shut out: signed out everywhere, and no token counts any more.", name=person.shown_name
            )
            return room.done(said, address(person))
        except Invalid:
            errors = {"user": last_administrator(person)}
    return room.confirm(
        "users", status=400 if errors else 200, title=_("Disable %(name)s?", name=person.shown_name), errors=errors,
        button_text=_("Disable"), back=address(person), follows=[
            _("They are signed out everywhere at once, and what applications were given for them is worth nothing."),
            _("An application may keep them signed in by itself for a while. Nothing is deleted: you can enable them again."),
        ],
    )  # fmt: skip


@blueprint.route("/<int:id>/enable", methods=["GET", "POST"])
def enable(id: int) -> Response:
    """Ask, and let them in again."""
    person = get(id)
    if request.method == "POST":
        people.enable(person)
        return room.done(_("%(name)s can sign in again.", name=person.shown_name), address(person))
    return room.confirm(
        "users", title=_("Enable %(name)s?", name=person.shown_name), button_text=_("Enable"), back=address(person),
        danger=False, follows=[_("They can sign in again, with what they signed in with before.")],
    )  # fmt: skip


@blueprint.route("/<int:id>/delete", methods=["GET", "POST"])
def delete(id: int) -> Response:
    """Ask, and delete them for good."""
    person, errors = get(id), {}
    if request.method == "POST":
        try:
            people.delete(person)
            return room.done(_("%(name)s has been deleted.", name=person.shown_name), "/admin/users")
        except Invalid:
            errors = {"user": last_administrator(person)}
    return room.confirm(
        "users", status=400 if errors else 200, title=_("Delete %(name)s for good?", name=person.shown_name),
        button_text=_("Delete for good"), back=address(person), errors=errors, follows=[
            _("Their account here, what they sign in with and all their sessions are gone. This can’t be undone."),
            _("The user name %(name)s is never given to anybody else, as applications would hand their data to that person.",
              name=person.username),
            _("What applications keep of them stays there. To shut them out for a while, disable them instead."),
        ],
    )  # fmt: skip


def last_administrator(person: User) -> str:
    """Why somebody can't be taken away."""
    return str(
        _("%(name)s is the last administrator. Make somebody else an administrator first.", name=person.shown_name)
    )
