"""`/admin/activity`: the events, newest first, by person, application, kind and time."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from idp.storage import activities, clients
from idp.storage.activities import Wanted
from idp.web.admin import guard, room
from idp.web.admin.activity import words
from idp.web.admin.activity.named import names_of
from idp.web.room import zone_of

blueprint = Blueprint("overview", __name__)
HERE = "activity"
LONGEST = 100  # characters of one thing to look for
MOST_NAMED = 200  # applications whose names are offered while typing


@blueprint.get("/activity")
def show() -> Response:
    """A page of the events that fit."""
    asked = {name: request.args.get(name, "").strip()[:LONGEST] for name in ("user", "client", "kind", "from", "to")}
    errors: dict[str, str] = {}
    zone = zone_of(guard.administrator())
    since, until = _start_of(asked, "from", zone, errors), _start_of(asked, "to", zone, errors, days=1)
    _title, events, are_others = words.KINDS.get(asked["kind"], ("", None, False))
    wanted = Wanted(asked["user"].lower(), _client_id(asked["client"]), events, are_others, since, until)
    found = activities.page(wanted, after=_row("after"), before=_row("before"))
    return room.show(
        "activity/list", HERE, list=room.listing(found, **asked), errors=errors, names=names_of(found.rows),
        kinds=[("", _("Everything")), *((name, kind[0]) for name, kind in words.KINDS.items())],
        applications=[client.name for client in clients.all_clients()[:MOST_NAMED]], words=words,
    )  # fmt: skip


def _client_id(typed: str) -> str:
    named = clients.by_name(typed) if typed and typed.isprintable() else None
    return named.client_id if named else typed


def _row(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _start_of(asked: dict[str, str], name: str, zone: tzinfo, errors: dict[str, str], days: int = 0) -> int | None:
    """When a day begins for the reader, or the day after it."""
    if not asked[name]:
        return None
    try:
        day = date.fromisoformat(asked[name]) + timedelta(days)
        return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())
    except (ValueError, OverflowError):
        asked[name] = ""  # browsers complain of a date that is none
        errors[name] = _("Write a date such as 2026-01-31.")
        return None
