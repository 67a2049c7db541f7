"""`/admin/users/add`: one more person."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from idp.directory import users as people
from idp.errors import Invalid
from idp.storage import users
from idp.web.admin import room
from idp.web.admin.guard import keeps
from idp.web.admin.users.person import address

blueprint = Blueprint("add", __name__)
FIELDS = ("username", "email", "display_name")


@blueprint.route("/add", methods=["GET", "POST"])
@keeps(*FIELDS, "group", "is_admin")
def add() -> Response:
    """The form; sent, it adds them and goes on to the link that lets them in the first time."""
    if request.method != "POST":
        return _form(room.typed())
    form = {name: request.form.get(name, "").strip() for name in FIELDS}
    problems = {name: _("Please fill this in.") for name in ("username", "email") if not form[name]}
    try:
        if problems:
            raise Invalid(**problems)
        person = people.add(
            form["username"].lower(), email=form["email"], display_name=form["display_name"] or None,
            groups=request.form.getlist("group"), is_admin="is_admin" in request.form,
        )  # fmt: skip
    except Invalid as invalid:
        return _form(request.form, invalid.problems, 400)
    return room.done(
        _("%(name)s has been added. With a one-time link they sign in and choose a password.", name=person.shown_name),
        f"{address(person)}/link",
    )


def _form(form: Any, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return room.show(
        "users/add", "users", status, form=form, ticked=form.getlist("group"), errors=errors or {},
        groups=[group for group, _members in users.all_groups()],
    )  # fmt: skip
