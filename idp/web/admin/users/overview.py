"""`/admin/users`: the list of people."""

from __future__ import annotations

from flask import Blueprint, Response, request

from idp.storage import user_lists
from idp.web.admin import room

blueprint = Blueprint("overview", __name__)


@blueprint.get("")
def show() -> Response:
    """People, a page at a time, or those whose name or address holds what is searched for."""
    words = request.args.get("q", "").strip()[:100]
    found = user_lists.page(words, after=request.args.get("after"), before=request.args.get("before"))
    return room.show(
        "users/list", "users", list=room.listing(found, q=words), groups=user_lists.group_names(found.rows),
        seen=user_lists.last_seen(found.rows),
    )  # fmt: skip
