"""`/admin/users/<id>/edit`: names, address, groups, and who may administer."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from idp.directory import users as people
from idp.errors import Invalid
from idp.storage import users
from idp.storage.models import User
from idp.web.admin import room
from idp.web.admin.guard import keeps
from idp.web.admin.users.access import last_administrator
from idp.web.admin.users.person import address, get

blueprint = Blueprint("edit", __name__)
TEXTS = (*people.NAMES, "email")
TICKS = ("email_verified", "is_admin")


@blueprint.route("/<int:id>/edit", methods=["GET", "POST"])
@keeps(*TEXTS, *TICKS, "group", "sent")
def change(id: int) -> Response:
    """The form, as the person is or as it was typed a moment ago; sent, it is taken."""
    person = get(id)
    if request.method != "POST":
        return _form(person, room.typed() or _as_it_is(person))
    fields: dict[str, Any] = {name: request.form.get(name, "").strip() or None for name in TEXTS}
    fields |= {name: name in request.form for name in TICKS}
    for name in [name for name, value in fields.items() if value == getattr(person, name)]:
        if name not in ("email", "email_verified"):
            del fields[name]  # what stays as it is isn't written down as a change
    if (fields["email"] or "").lower() == (person.email or "") and fields["email_verified"] == person.email_verified:
        del fields["email"], fields["email_verified"]
    wanted = request.form.getlist("group")
    if wanted != users.group_names(person):
        fields["groups"] = wanted
    try:
        if fields:
            person = people.change(person, **fields)
    except Invalid as invalid:
        problems = dict(invalid.problems)
        if "user" in problems:
            problems["is_admin"] = last_administrator(person)
            del problems["user"]
        return _form(person, request.form, problems, 400)
    return room.done(_("%(name)s has been saved.", name=person.shown_name), address(person))


def _as_it_is(person: User) -> MultiDict[str, str]:
    form = MultiDict((name, getattr(person, name) or "") for name in TEXTS)
    form.update({name: "yes" for name in TICKS if getattr(person, name)})
    form.setlist("group", users.group_names(person))
    return form


def _form(person: User, form: Any, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return room.show(
        "users/edit", "users", status, somebody=person, address=address(person), form=form, ticked=form.getlist("group"),
        errors=errors or {}, groups=[group for group, _members in users.all_groups()],
    )  # fmt: skip
