"""`/device`: where people type the code that a device shows, and where they end when they have decided (RFC 8628 3.3)."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from idp import clock, endpoints, qr
from idp.errors import Refused
from idp.interaction.facts import Interaction
from idp.oidc import device_decision, user_code
from idp.storage import interactions
from idp.storage.database import transaction
from idp.storage.models import Client, DeviceCode
from idp.web import browser, own_sign_in, page
from idp.web.browser import BrowserSession
from idp.web.wired import wired

blueprint = Blueprint("device", __name__)
blueprint.add_app_template_global(user_code.shown, "user_code")
HERE = endpoints.DEVICE
_OUTCOME = "device"  # in the session's mapping


@blueprint.get(HERE)
def show() -> Response:
    """The form. A code in the address is only filled in: whoever opens a link has looked at nothing yet (RFC 8628 5.4)."""
    mine = browser.current()
    if mine.row is None:
        mine.for_sign_in(clock.now())  # the form's anti-forgery token belongs to it
    return _form(request.args.get("user_code", ""))


@blueprint.post(HERE)
def enter() -> Response:
    """Begin the sign-in for the device that shows this code, or ask for the code again."""
    text, mine, now = request.form.get("user_code", ""), browser.current(), clock.now()
    try:
        device, client = user_code.find(text, user=mine.user, address=request.remote_addr, now=now)
    except Refused as refused:
        if refused.reason == user_code.TOO_MANY_OF_EVERYBODY:  # who signs in first is none of the strangers
            own_sign_in.person(f"{HERE}?user_code={quote(text[:30])}")
        return _form(text, refusal=_(refused.sentence), status=429 if "too_many" in refused.reason else 400)
    return redirect(f"/interaction/{_begun(device, client, mine, now)}", 303)


@blueprint.get(device_decision.DONE)
def done() -> Response:
    """What has become of it, for who has just decided."""
    outcome = browser.current().get(_OUTCOME)
    return page.render("device/done.html", outcome=outcome) if outcome else redirect(HERE, 303)


def finish(interaction: Interaction, *, allowed: bool) -> Response:
    """End the sign-in of a device with a yes or a no, and say so on a page that can be loaded again."""
    decide = device_decision.allow if allowed else device_decision.deny
    decide(interaction, clock.now())
    assert interaction.client is not None
    browser.current()[_OUTCOME] = {"app": interaction.client.name, "allowed": allowed}
    return redirect(device_decision.DONE, 303)


def _begun(device: DeviceCode, client: Client, mine: BrowserSession, now: int) -> str:
    """The sign-in of this browser for a device, one however often its code is typed: each is a row, and counts."""
    with transaction():
        if mine.row is not None and (pending := interactions.begun(mine.row, device.attempt, now)):
            return pending
        id, session = interactions.new_id(), mine.for_sign_in(now)
        asked = device_decision.request_of(device)
        interactions.keep(id, session, client, asked.to_json(), device.attempt, now)
        user_code.note_entered(device, client, user=mine.user, address=request.remote_addr, now=now)
    return id


def _form(text: str, *, refusal: str | None = None, status: int = 200) -> Response:
    code = user_code.typed(text)
    address = f"{wired().config.issuer}{HERE}"
    return page.render(
        "device/code.html", status, refusal=refusal, code=user_code.shown(code) if code else text[:30],
        is_given=code is not None and refusal is None,
        picture=qr.picture(f"{address}?user_code={user_code.shown(code)}" if code else address, quick=True),
    )  # fmt: skip
