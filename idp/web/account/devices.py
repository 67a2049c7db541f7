"""`/account/devices`: where somebody is signed in, and signing out there."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from idp import clock, endpoints, user_agent
from idp.directory import devices
from idp.storage import sessions
from idp.storage.models import Session, User
from idp.web import browser, own_sign_in
from idp.web.account import room

blueprint = Blueprint("devices", __name__)
HERE = "/account/devices"


@blueprint.get(HERE)
def show() -> Response:
    """Every browser, this one first."""
    user = own_sign_in.person(HERE)
    return room.show("devices", user, "devices", devices=_described(user))


@blueprint.get(f"{HERE}/<sid>/end")
def ask(sid: str) -> BaseResponse:
    """Whether to sign out in that browser."""
    user = room.recent(f"{HERE}/{sid}/end")
    device = next((each for each in _described(user) if each["sid"] == sid and not each["is_this"]), None)
    if device is None:
        return room.done(_("You aren’t signed in there any more."), HERE)
    return room.confirm(
        user, "devices", title=_("Sign out on %(device)s?", device=device["title"]), button=_("Sign out there"), back=HERE,
        follows=[_("Whoever sits there has to sign in again. What applications were allowed from there ends as well.")],
    )  # fmt: skip


@blueprint.post(f"{HERE}/<sid>/end")
def end(sid: str) -> BaseResponse:
    """Sign out in that browser."""
    user = room.recent(f"{HERE}/{sid}/end")
    mine = browser.current().row
    if mine is not None and mine.sid == sid:
        return room.onward(endpoints.END_SESSION)
    devices.end(user, sid, room.circumstances())
    return room.done(_("You are signed out there."), HERE)


@blueprint.get(f"{HERE}/end-others")
def ask_about_others() -> Response:
    """Whether to sign out everywhere else."""
    user = room.recent(f"{HERE}/end-others")
    return room.confirm(
        user, "devices", title=_("Sign out everywhere else?"), button=_("Sign out everywhere else"), back=HERE,
        follows=[
            _("Every other browser and device has to sign in again, and what applications were allowed from there ends."),
            _("This browser stays signed in."),
            _("If somebody else may know your password, change it instead: that signs out everywhere else, too."),
        ],
    )  # fmt: skip


@blueprint.post(f"{HERE}/end-others")
def end_others() -> BaseResponse:
    """Sign out everywhere else."""
    user, mine = room.recent(f"{HERE}/end-others"), browser.current().row
    assert mine is not None
    devices.end_others(user, mine, room.circumstances())
    return room.done(_("You are signed out everywhere else."), HERE)


def _described(user: User) -> list[dict[str, Any]]:
    mine = browser.current().row
    found = [
        {
            "sid": session.sid,
            "is_this": mine is not None and session.id == mine.id,
            "title": _title(session),
            "address": session.address,
            # Each step of a sign-in makes a new row; the oldest proof tells when it began.
            "since": min((proof["at"] for proof in session.proofs), default=session.created_at),
            "seen_at": session.seen_at,
            "is_kept": session.is_kept,
        }
        for session in sessions.of_user(user, clock.now())
    ]
    return sorted(found, key=lambda device: not device["is_this"])


def _title(session: Session) -> str:
    name, system = user_agent.browser(session.user_agent), user_agent.system(session.user_agent)
    if name and system:
        return str(_("%(browser)s on %(system)s", browser=name, system=system))
    return name or system or str(_("an unknown device"))
