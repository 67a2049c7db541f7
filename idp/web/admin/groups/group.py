"""`/admin/groups/<id>`: one group, what it opens, and who is in it."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from idp.directory import groups
from idp.storage import user_lists
from idp.storage.models import Group
from idp.web.admin import claim_rows, room

blueprint = Blueprint("group", __name__)


@blueprint.get("/<int:id>")
def show(id: int) -> Response:
    """The group with this number, and a page of its members."""
    group = get(id)
    words = request.args.get("q", "").strip()[:100]
    found = user_lists.members(group, words, after=request.args.get("after"), before=request.args.get("before"))
    opens = groups.opens(group)
    return room.show(
        "groups/group", "groups", group=group, address=address(group), list=room.listing(found, q=words), opens=opens,
        count=user_lists.member_counts([group])[group.id], images=[client.logo_uri for client in opens],
        claims=claim_rows.shown(group.claims),
    )  # fmt: skip


def get(id: int) -> Group:
    """The group with this number; raises NotFound, which says that there is nothing there."""
    found = Group.by_number(id)
    if found is None:
        raise NotFound
    return found


def address(group: Group) -> str:
    """Where a group's page is."""
    return f"/admin/groups/{group.id}"


def shown_name(group: Group) -> str:
    """What pages call a group."""
    return group.display_name or group.name
