"""Putting people into a group, and taking them out of it."""

from __future__ import annotations

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from idp.directory import groups
from idp.storage import user_lists
from idp.storage.models import User
from idp.web.admin import room
from idp.web.admin.groups.group import address, get, shown_name
from idp.web.admin.guard import keeps

blueprint = Blueprint("members", __name__)


@blueprint.route("/<int:id>/add", methods=["GET", "POST"])
@keeps("user")
def add(id: int) -> Response:
    """Those who aren't in it yet, to be found and ticked; sent, they are in it."""
    group = get(id)
    if request.method == "POST":
        wanted = [
            User.by_number(int(each)) for each in request.form.getlist("user") if each.isdecimal() and len(each) < 19
        ]
        added = sum(groups.grant(group, user) for user in wanted if user is not None)
        said = ngettext("%(num)d person is in %(name)s now.", "%(num)d more people are in %(name)s now.", added,
                        name=shown_name(group))  # fmt: skip
        return room.done(said if added else _("You ticked nobody, so nothing has changed."), address(group))
    words = request.args.get("q", "").strip()[:100]
    found = user_lists.others(group, words, after=request.args.get("after"), before=request.args.get("before"))
    return room.show(
        "groups/add_members", "groups", group=group, address=address(group), list=room.listing(found, q=words),
        ticked=room.typed().getlist("user"),
    )  # fmt: skip


@blueprint.route("/<int:id>/members/<int:user_id>/remove", methods=["GET", "POST"])
def remove(id: int, user_id: int) -> Response:
    """Ask, and take somebody out."""
    group, person = get(id), User.by_number(user_id)
    if person is None:
        raise NotFound
    if request.method == "POST":
        groups.revoke(group, person)
        said = _("%(name)s isn’t in %(group)s any more.", name=person.shown_name, group=shown_name(group))
        return room.done(said, address(group))
    return room.confirm(
        "groups", title=_("Take %(name)s out of %(group)s?", name=person.shown_name, group=shown_name(group)),
        button_text=_("Take out"), back=address(group), follows=[
            _("Applications that are only for this group are closed to them from the next sign-in on."),
        ],
    )  # fmt: skip
