"""`/forgot-password`: asking for a sign-in link by mail, or, where no mail is sent, reading who can help."""

from __future__ import annotations

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from idp import clock, mail
from idp.mail import link_requests
from idp.storage import links
from idp.web import browser, page

blueprint = Blueprint("forgot_password", __name__)
LONGEST_NAME = 254  # characters; the longest e-mail address


@blueprint.get("/forgot-password")
def show() -> Response:
    """The form, or, without mail, what to say to whom; nobody's name is told to strangers."""
    if mail.is_on():
        browser.current().for_sign_in(clock.now())  # the form's anti-forgery token belongs to it
    return _page()


@blueprint.post("/forgot-password")
def ask() -> Response:
    """Note the wish; the answer is the same whether or not there is such an account."""
    if not mail.is_on():
        return _page()
    typed = "".join(filter(str.isprintable, request.form.get("username", "").strip()))[:LONGEST_NAME]
    if not typed:
        return _page(refusal=_("Please enter your user name or e-mail address."), status=400)
    if not link_requests.ask(typed, request.remote_addr):
        sentence = _("There were too many requests from here. Please wait five minutes before the next.")
        return _page(refusal=sentence, typed=typed, status=429)
    return page.render("forgot_password/asked.html", typed=typed, minutes=links.SIGN_IN_LIFETIME // 60)


def _page(*, refusal: str | None = None, typed: str = "", status: int = 200) -> Response:
    template = "ask" if mail.is_on() else "who_can_help"
    return page.render(
        f"forgot_password/{template}.html", status, action="/forgot-password", refusal=refusal, typed=typed
    )
