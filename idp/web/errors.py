"""Turning errors into pages for people; the last resort turns what nobody expected into one. Machines have `direct`."""

from __future__ import annotations

import logging

from flask import Flask, Response, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from idp import activity, clock, opaque, throttle
from idp.called import in_public
from idp.errors import Invalid, NotFound, PageError, Refused
from idp.oidc import client_health
from idp.storage import interactions
from idp.storage.database import Unavailable, transaction
from idp.web import browser, page

log = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Answer every error that a request can end in."""
    app.register_error_handler(PageError, answer)
    app.register_error_handler(CSRFError, _forged)
    for changed_meanwhile in (NotFound, Invalid, Refused):
        app.register_error_handler(changed_meanwhile, _changed_meanwhile)
    app.register_error_handler(HTTPException, _http)
    for unavailable in Unavailable:
        app.register_error_handler(unavailable, _unavailable)
    app.register_error_handler(Exception, _unexpected)


def show(error: PageError, incident: str | None = None) -> Response:
    """The page that tells a person what went wrong."""
    return page.render(
        "error.html",
        error.status,
        title=_(error.title),
        message=_(error.message, **error.values),
        advice=[in_public(_(sentence, **error.values)) for sentence in error.advice],
        details=[(_(label), value) for label, value in error.details.items()],
        incident=incident,
    )


def noted(error: PageError) -> str:
    """The number under which a page's error stands in the activity log, where that is still taking any."""
    incident = opaque.identifier()[:8]
    attempt, client = _traced()
    with transaction():
        if throttle.may_be_noted(request.remote_addr, clock.now()):
            activity.record(
                "page.refused", attempt=attempt, address=request.remote_addr, client=client,
                reason=error.reason or error.title, path=request.path, incident=incident,
                **error.noted,
            )  # fmt: skip
            client_health.page_refused(client, error.reason, clock.now())
    return incident


def _traced() -> tuple[str | None, str | None]:
    """The attempt and the client that a page's error belongs to. For the log only: whose the address is nobody has proved."""
    if pending := _pending():
        return interactions.trace(pending) or (None, None)
    return None, request.args.get("client_id")


def _pending() -> str | None:
    """The name of the sign-in whose page this is, as the address says it."""
    return (request.view_args or {}).get("id") if request.blueprint == "interaction" else None


def answer(error: PageError) -> Response:
    """Note the error, and show its page."""
    return show(error, noted(error))


def _forged(_error: CSRFError) -> Response:
    if browser.current().sent_handle is None:
        return answer(no_cookie())
    if (
        (pending := _pending())
        and (mine := browser.current().row)
        and interactions.is_of_another(pending, mine, clock.now())
    ):
        return answer(another_browser())
    return answer(
        PageError(
            "This form can’t be used any more",
            "You have signed in or out in another window since, or the page was open for too long.",
            advice=["Go back, reload the page and try again."],
            reason="csrf",
        )
    )


def _changed_meanwhile(error: NotFound | Invalid | Refused) -> Response:
    """Pages answer these themselves; what slips through has been taken away or changed by somebody else just now."""
    log.warning("not answered by its page: %s", type(error).__name__)
    return answer(
        PageError(
            "That has just been changed by somebody else",
            "Nothing was done.",
            status=409,
            advice=["Go back, reload the page and look again."],
            reason="changed_meanwhile",
        )
    )


def no_cookie() -> PageError:
    """What a person reads whose browser brings no cookie."""
    return PageError(
        "This browser doesn’t know this sign-in",
        "You have opened it in another browser than the one you began in, or this browser keeps no cookies for this site: "
        "signing in needs one.",
        advice=["Go back to what you wanted to open, in this browser, and start again.",
                "If that leads here once more, allow cookies for this site."],
        reason="no_cookie",
    )  # fmt: skip


def another_browser() -> PageError:
    """What a person reads who goes on in one browser with what they began in another."""
    return PageError(
        "This browser doesn’t know this sign-in",
        "It was begun in another browser, and only there it can be finished.",
        advice=[
            "Go on in the browser where you began, or go back to what you wanted to open and start again in this one."
        ],
        reason="another_browser",
    )


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status == 404:
        return show(PageError("There is nothing here", "This address doesn’t lead to a page.", status=404,
                              advice=["Check the address for typing mistakes."]))  # fmt: skip
    if status == 405:
        answer = show(
            PageError(
                "That doesn’t work here",
                "This page can’t be used in that way.",
                status=405,
                advice=["Go back to the application and start again."],
            )
        )
        answer.headers["Allow"] = error.get_response().headers.get("Allow", "")
        return answer
    return show(
        PageError(
            "This request can’t be answered",
            "It was not one that this page understands.",
            status=status,
            advice=["Go back to the application and start again."],
        )
    )


def _unavailable(error: Exception) -> Response:
    log.error("the database can't be used: %s", type(error).__name__, exc_info=error)
    return show(PageError("Please try again in a moment", "The database can’t be used just now.", status=503,
                          advice=["If it stays like this, the administrator finds the reason in the log."]))  # fmt: skip


def _unexpected(error: Exception) -> Response:
    incident = opaque.identifier()[:8]
    log.error("incident %s", incident, exc_info=error)
    return show(PageError("Something went wrong on our side", "It isn’t your fault.", status=500,
                          advice=["Please try again. If it happens again, give the administrator the number below."]),
                incident)  # fmt: skip
