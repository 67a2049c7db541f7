"""`/account/activity`: what happened to somebody's account lately, newest first."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from idp.storage import activities, clients
from idp.storage.models import Activity
from idp.web import own_sign_in
from idp.web.account import event_words, room

blueprint = Blueprint("activity", __name__)
HERE = "/account/activity"
A_PAGE = 30  # events


@blueprint.get(HERE)
def show() -> Response:
    """One page of it; `before` is where the one before ended."""
    user = own_sign_in.person(HERE)
    before = request.args.get("before", type=int)
    if before is not None and not 0 < before < 2**62:
        before = None
    found, older = activities.of_user(user, event_words.EVENTS, before, A_PAGE)
    return room.show("activity", user, "activity", events=_told(found), older=older, is_first=before is None)


def _told(found: list[Activity]) -> list[dict[str, Any]]:
    names: dict[str, str | None] = {}
    for client_id in {event.client_id for event in found if event.client_id}:
        client = clients.by_id(client_id)
        names[client_id] = client.name if client else None
    # A sign-in that went through to an application is told once, not step by step.
    whole = {event.attempt for event in found if event.event == "code.issued"}
    told = []
    for event in found:
        if event.event in ("sign_in", "second_factor") and event.attempt in whole:
            continue
        sentence, is_notable = event_words.words(event, names.get(event.client_id or ""))
        told.append({"at": event.at, "words": sentence, "address": event.address, "is_notable": is_notable})
    return told
