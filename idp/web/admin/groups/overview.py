"""`/admin/groups`: the list of groups."""

from __future__ import annotations

from flask import Blueprint, Response, request

from idp.storage import user_lists
from idp.web.admin import room

blueprint = Blueprint("overview", __name__)


@blueprint.get("")
def show() -> Response:
    """The groups, a page at a time, or those whose name holds what is searched for."""
    words = request.args.get("q", "").strip()[:100]
    found = user_lists.groups_page(words, after=request.args.get("after"), before=request.args.get("before"))
    return room.show(
        "groups/list", "groups", list=room.listing(found, q=words), counts=user_lists.member_counts(found.rows)
    )
