"""`/admin/try`: a real sign-in by an application of our own, through the public address, with every step and claim.

What is asked for travels in the administrator's own session, bound to it by the state; results are on one page and nowhere.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as BaseResponse

from idp import clock, endpoints, opaque
from idp.assurance import AAL2
from idp.errors import PageError
from idp.oidc.scopes import OPENID
from idp.storage.models.clients import BUILT_IN
from idp.storage.sessions import TRIAL
from idp.trial import application
from idp.trial.id_token import LEEWAY, Expected
from idp.trial.relying_party import Trial
from idp.trial.step import Step
from idp.web import browser
from idp.web.admin import room
from idp.web.admin.applications import trial_words
from idp.web.admin.applications.found import HERE
from idp.web.admin.applications.setting_words import told_by
from idp.web.gateway import elsewhere
from idp.web.wired import wired

blueprint = Blueprint("trial", __name__)

ADDRESS = "/admin/try"
LIFETIME = 3_600  # seconds; as long as a sign-in may take
PATIENCE = 30.0  # seconds for all that the application asks
AGES = (
    ("", lazy_gettext("however long ago")),
    ("3600", lazy_gettext("at most an hour ago")),
    ("300", lazy_gettext("at most five minutes ago")),
    ("0", lazy_gettext("just now")),
)
MODES = (("query", lazy_gettext("in the address")), ("form_post", lazy_gettext("in a form")))
SCOPES = tuple(scope for scope in application.OFFERED_SCOPES if scope != OPENID)


@blueprint.get("/try")
def ask() -> Response:
    """What the application should ask for."""
    return room.show(
        "applications/trial", HERE, ages=AGES, modes=MODES, ticked=SCOPES, action=ADDRESS,
        scopes=[(scope, *told_by(scope)) for scope in SCOPES],
    )  # fmt: skip


@blueprint.post("/try")
def begin() -> BaseResponse:
    """Go where every application sends people, by the public address."""
    issuer, form, now = wired().config.issuer, request.form, clock.now()
    application.ready(issuer)
    handles = application.new_handles()
    asked = {
        "scope": " ".join([OPENID, *(scope for scope in SCOPES if scope in form.getlist("scope"))]),
        "response_mode": form["mode"] if form.get("mode") in dict(MODES) else "query",
        "max_age": form["max_age"] if form.get("max_age") in dict(AGES) else "",
        "prompt": "login" if "login" in form else "",
        "acr_values": AAL2 if "second" in form else "",
    }
    browser.current()[TRIAL] = {"state": opaque.digest(handles.state), "at": now, "ahead": _ahead(now), **asked}
    parameters = {
        "response_type": "code", "client_id": BUILT_IN, "redirect_uri": application.redirect_uri(issuer),
        "state": handles.state, "nonce": handles.nonce, "code_challenge": application.challenge_of(handles),
        "code_challenge_method": "S256", **asked,
    }  # fmt: skip
    sent = {name: value for name, value in parameters.items() if value}
    return redirect(f"{issuer}{endpoints.AUTHORIZATION}?{urlencode(sent)}", 303)


@blueprint.route("/try/callback", methods=["GET", "POST"])
def arrive() -> Response:
    """Look at the answer that the browser brings, and go on as an application does; the state stands for the form's token."""
    came = request.form if request.method == "POST" else request.args
    kept, state, mine = browser.current().get(TRIAL), came.get("state", ""), browser.current()
    is_mine = kept is not None and opaque.same(opaque.digest(state), kept["state"])
    if kept is None or not is_mine or clock.now() - kept["at"] > LIFETIME:
        raise PageError(
            "This answer can’t be used any more",
            "It belongs to no sign-in that you have begun here, or you have looked at its result already.",
            advice=["Go to Applications, choose “Try a real sign-in”, and begin again."], reason="foreign_answer",
        )  # fmt: skip
    del mine[TRIAL]
    issuer = wired().config.issuer
    trial = Trial(
        _expected(kept, application.handles_of(state).nonce, issuer), application.handles_of(state), application.client_secret(),
        application.redirect_uri(issuer), came.to_dict(),
    )  # fmt: skip
    trial.steps[0].check("mode", (request.method == "POST") == (kept["response_mode"] == "form_post"))
    if kept["ahead"] is not None:
        trial.steps[0].check("browser_clock", abs(kept["ahead"]) <= LEEWAY, seconds=kept["ahead"])
    try:
        elsewhere(trial.run, PATIENCE)
    except TimeoutError:
        trial.steps[-1].check("too_slow", False, says="")
    return _result(trial.steps, came.get("error"), issuer)


def _expected(kept: dict[str, Any], nonce: str, issuer: str) -> Expected:
    return Expected(
        issuer, BUILT_IN, nonce, max_age=int(kept["max_age"]) if kept["max_age"] else None,
        acr=kept["acr_values"] or None, prompted=bool(kept["prompt"]), began_at=kept["at"],
    )  # fmt: skip


def _result(steps: list[Step], error: str | None, issuer: str) -> Response:
    host = issuer.partition("://")[2]
    return room.show(
        "applications/trial_result", HERE, steps=[trial_words.of(step) for step in steps], again=ADDRESS,
        is_fine=all(step.is_fine for step in steps), error=error, reached=steps[1].is_fine or not steps[1].was_tried,
        probe=f"docker exec NAME wget -qO- {issuer}{endpoints.DISCOVERY}", host=host,
        activity=f"/admin/activity?{urlencode({'client': BUILT_IN})}",
    )  # fmt: skip


def _ahead(now: int) -> int | None:
    """By how many seconds the browser's clock is ahead of ours, where a script has told."""
    told = request.form.get("clock", "")
    return int(told) - now if told.isascii() and told.isdigit() and len(told) <= 12 else None
