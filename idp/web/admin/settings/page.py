"""`/admin/settings`: the form; what is set elsewhere is shown with where that is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from werkzeug.wrappers import Response as BaseResponse

from idp import colour
from idp.directory import appearance as look
from idp.directory import policy
from idp.errors import Invalid
from idp.storage import appearance, sessions, settings
from idp.storage.session_lengths import ALL, DAY, HOUR, Length, by_name
from idp.web import accent
from idp.web.admin import guard, room
from idp.web.wired import wired

HERE, ADDRESS = "settings", "/admin/settings"

blueprint = Blueprint("page", __name__)

USUAL_ACCENT = "#1c5f49"  # what the colour field shows while none is chosen; foyer.css has it
OFFERED = {
    "session_lifetime": (HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR, DAY),
    "kept_lifetime": (DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY),
    "two_factors_idle": (5 * 60, 15 * 60, 30 * 60, HOUR),
}
LABELS = {
    "name": lazy_gettext("Name"),
    "accent": lazy_gettext("Colour of buttons and links"),
    "session_lifetime": lazy_gettext("People stay signed in for"),
    "kept_lifetime": lazy_gettext("With “Keep me signed in on this device”"),
    "two_factors_idle": lazy_gettext("A second factor counts, without a visit, for"),
}
HINTS = {
    "session_lifetime": lazy_gettext("A day at most: then they show again who they are."),
    "kept_lifetime": lazy_gettext(
        "Thirty days at most. On such a device, what needs a second factor asks for it again after a day."
    ),
    "two_factors_idle": lazy_gettext(
        "An hour at most. Who comes back later is asked again by what needs a second factor: it may be somebody else at the "
        "same screen."
    ),
}


@blueprint.get("/settings")
def show() -> Response:
    """The settings, as they are now: who has just saved them may be answered by another process."""
    settings.look_again()
    typed = room.typed()
    return _form(typed if "sent" in typed else _now())


@blueprint.post("/settings")
@guard.keeps("sent", "require_mfa", "name", "accent", *OFFERED)
def change() -> BaseResponse:
    """Change what can be changed here."""
    sent = request.form
    lengths = {name: int(sent[name]) for name in OFFERED if sent.get(name, "").isdecimal() and len(sent[name]) < 10}
    try:
        policy.check_session_lengths(lengths)
        if "name" in sent:
            usual = "usual_accent" in sent or colour.parse(sent.get("accent", "")) == USUAL_ACCENT
            look.change(name=sent["name"], accent="" if usual else sent.get("accent", ""))
        policy.change_session_lengths(lengths)
    except Invalid as invalid:
        return _form(sent, invalid.problems, 400)
    demanded = sent.get("require_mfa") == "1"
    if demanded == policy.everybody_needs_mfa():
        return room.done(_("The settings have been saved."), ADDRESS)
    policy.demand_mfa_of_everybody(demanded)
    if demanded:
        return room.done(
            _("Everybody needs a second factor now. Who has none is asked to set one up at the next sign-in."), ADDRESS
        )
    return room.done(_("Only who has a second factor is asked for it."), ADDRESS)


def _now() -> dict[str, str]:
    return {
        "name": appearance.chosen_name() or "", "accent": appearance.accent() or USUAL_ACCENT,
        **({"require_mfa": "1"} if policy.everybody_needs_mfa() else {}),
        **{length.name: str(length.now()) for length in ALL},
    }  # fmt: skip


def _form(form: Mapping[str, str], errors: dict[str, str] | None = None, status: int = 200) -> Response:
    chosen = appearance.accent()
    return room.show(
        "settings", HERE, status, form=form, errors={at: _(text) for at, text in (errors or {}).items()},
        config=wired().config, labels=LABELS, hints=HINTS, lengths=[_offer(by_name(name)) for name in OFFERED],
        accent_now=chosen, usual_accent=USUAL_ACCENT, moved=_moved(chosen) if chosen else None,
        fixed=[(_("Without a visit"), in_words(sessions.IDLE_LIFETIME)),
               (_("Without a visit, administrators"), in_words(sessions.ADMIN_IDLE_LIFETIME))],
    )  # fmt: skip


def _offer(length: Length) -> tuple[str, list[tuple[str, str]]]:
    seconds = sorted({*OFFERED[length.name], length.now()})
    return length.name, [(str(each), in_words(each)) for each in seconds]


def _moved(chosen: str) -> dict[str, Any] | None:
    """What a colour has become where it couldn't be read as it was."""
    shown = [accent.properties(chosen, is_dark=is_dark)["accent"] for is_dark in (False, True)]
    return None if set(shown) == {chosen} else {"chosen": chosen, "light": shown[0], "dark": shown[1]}


def in_words(seconds: int) -> str:
    """A length as people say it."""
    if seconds >= 2 * DAY and seconds % DAY == 0:
        return str(_("%(count)s days", count=seconds // DAY))
    if seconds % HOUR == 0:
        return str(ngettext("%(num)s hour", "%(num)s hours", seconds // HOUR))
    return str(ngettext("%(num)s minute", "%(num)s minutes", seconds // 60))
