"""Adding a group, changing what is written down about it, and deleting it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from idp.directory import groups
from idp.errors import Invalid
from idp.storage.models import Group
from idp.web.admin import room
from idp.web.admin.groups.group import address, get, shown_name
from idp.web.admin.guard import keeps

blueprint = Blueprint("edit", __name__)


@blueprint.route("/add", methods=["GET", "POST"])
@keeps("name", "display_name", "require_mfa")
def add() -> Response:
    """The form for a new one; sent, it adds it and goes on to who is in it."""
    if request.method != "POST":
        return _form(None, room.typed())
    name = request.form.get("name", "").strip()
    try:
        if not name:
            raise Invalid(name=_("Please fill this in."))
        group = groups.add(
            name, request.form.get("display_name", "").strip() or None, require_mfa="require_mfa" in request.form
        )
    except Invalid as invalid:
        return _form(None, request.form, invalid.problems, 400)
    return room.done(_("%(name)s has been added. Put people into it.", name=shown_name(group)), f"{address(group)}/add")


@blueprint.route("/<int:id>/edit", methods=["GET", "POST"])
@keeps("display_name", "require_mfa", "sent")
def change(id: int) -> Response:
    """The form, as the group is or as it was typed a moment ago; sent, it is taken."""
    group = get(id)
    if request.method != "POST":
        as_it_is = MultiDict(
            {"display_name": group.display_name or "", **({"require_mfa": "yes"} if group.require_mfa else {})}
        )
        return _form(group, room.typed() or as_it_is)
    try:
        group = groups.change(
            group, display_name=request.form.get("display_name", "").strip() or None,
            require_mfa="require_mfa" in request.form,
        )  # fmt: skip
    except Invalid as invalid:
        return _form(group, request.form, invalid.problems, 400)
    return room.done(_("%(name)s has been saved.", name=shown_name(group)), address(group))


@blueprint.route("/<int:id>/delete", methods=["GET", "POST"])
def delete(id: int) -> Response:
    """Ask, and delete it; while an application is only for this group, say which."""
    group = get(id)
    using = [client.name for client in groups.opens(group)]
    if request.method == "POST" and not using:
        try:
            groups.delete(group)
            return room.done(_("%(name)s has been deleted.", name=shown_name(group)), "/admin/groups")
        except Invalid:  # an application was limited to it between our look and our write
            using = [client.name for client in groups.opens(group)]
    if using:
        return room.show(
            "groups/in_use", "groups", 409 if request.method == "POST" else 200, group=group, address=address(group),
            using=using,
        )  # fmt: skip
    return room.confirm(
        "groups", title=_("Delete %(name)s?", name=shown_name(group)), button_text=_("Delete"), back=address(group),
        follows=[_("The people in it stay. Applications that give rights to this group don’t find it any more.")],
    )  # fmt: skip


def _form(group: Group | None, form: Any, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return room.show(
        "groups/form", "groups", status, group=group, address=address(group) if group else "/admin/groups", form=form,
        errors=errors or {},
    )  # fmt: skip
