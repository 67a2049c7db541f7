"""What all pages of somebody who is signed in share, in `/account` and `/admin`: frame, way around, what waits to be sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_time, get_datetime_format
from flask import Response, get_flashed_messages, redirect, request
from flask import flash as flask_flash
from flask_babel import get_locale
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from idp import endpoints
from idp.assurance import RECENT
from idp.directory.circumstances import Circumstances
from idp.storage.models import User
from idp.storage.sessions import TYPED
from idp.web import browser, own_sign_in, page
from idp.web.own_sign_in import Missing

LONGEST_TYPED = 16_384  # characters of a form that waits in the session; more is typed again

Way = tuple[str, Any, str]  # the word of the navigation, its text, its address


def show(template: str, user: User, here: str, ways: Iterable[Way], status: int = 200, **values: Any) -> Response:
    """A page for somebody who is signed in; `here` is the word of the navigation that it belongs to."""
    return page.render(
        template, status, user=user, here=here, navigation=tuple(ways), sign_out_url=endpoints.END_SESSION,
        done=get_flashed_messages(), instant=words_for_instants(user), **values,
    )  # fmt: skip


def recent(back_to: str, *typed: str) -> User:
    """Who is signed in, shown at most ten minutes ago; raises Missing, which asks for it again.

    What stands in the fields named `typed` waits in the session meanwhile; never name one that holds a password.
    """
    try:
        return own_sign_in.person(back_to, max_age=RECENT)
    except Missing:
        keep_typed(back_to, typed)
        raise


def keep_typed(path: str, typed: Iterable[str]) -> None:
    """Let these fields of the form that was sent wait until its person has shown again who they are."""
    mine = browser.current()
    fields = {name: request.form.getlist(name) for name in typed if name in request.form}
    size = sum(len(value) for values in fields.values() for value in values)
    if request.method == "POST" and fields and size <= LONGEST_TYPED and mine.user is not None:
        mine[TYPED] = {"path": path, "fields": fields}


def typed_before(path: str) -> MultiDict[str, str]:
    """What was typed into the form of this page before its person had to show again who they are."""
    mine = browser.current()
    kept = mine.get(TYPED)
    if kept is None:
        return MultiDict()
    del mine[TYPED]
    return MultiDict(kept["fields"] if kept["path"] == path else {})


def done(sentence: str, onward: str) -> BaseResponse:
    """Go on to another page, which says first what has been done."""
    flask_flash(sentence)
    return redirect(onward, 303)


def onward(address: str) -> BaseResponse:
    """Go on to another page."""
    return redirect(address, 303)


def circumstances() -> Circumstances:
    """From where the person does what they do."""
    return Circumstances(request.remote_addr, browser.current().user_agent)


def zone_of(user: User) -> tzinfo:
    """The time zone in which a person reads instants."""
    try:
        return _zone(user.zoneinfo) if user.zoneinfo else UTC
    except (ZoneInfoNotFoundError, ValueError):  # of a list of zones that another machine had
        return UTC


@cache
def _zone(name: str) -> tzinfo:
    return ZoneInfo(name)


def words_for_instants(user: User) -> Callable[[int], dict[str, str]]:
    """The function by which pages put an instant (epoch seconds) into words, for this reader."""
    zone, locale = zone_of(user), get_locale() or Locale("en")
    both = str(get_datetime_format("medium", locale=locale)).replace("'", "")

    def words(at: int) -> dict[str, str]:
        moment = datetime.fromtimestamp(at, zone)
        date, time = format_date(moment, "medium", locale), format_time(moment, "short", zone, locale)
        shown = both.replace("{0}", time).replace("{1}", date)
        return {"machine": moment.isoformat(), "words": shown if zone is not UTC else f"{shown} UTC"}

    return words
