"""`/interaction/<id>`: every step of signing in; GET shows the one that is missing, POST answers it."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from idp import clock
from idp.errors import AuthorizationError, Refused
from idp.interaction import next_step, second_factor, submit_to
from idp.interaction.becoming import ENDED
from idp.interaction.facts import Interaction
from idp.interaction.request import AuthorizationRequest
from idp.oidc import authorization, authorization_response, redirect_uris
from idp.oidc.authorization_response import Target, already_ended
from idp.storage import interactions
from idp.web import browser, device, known_browser, page
from idp.web.authorization_response import answer, refuse
from idp.web.errors import another_browser, no_cookie
from idp.web.wired import wired

blueprint = Blueprint("interaction", __name__)
blueprint.after_request(page.keep_opener)


@blueprint.get("/interaction/<id>")
def show(id: str) -> Response:
    """The step that is missing, or the way on when none is."""
    interaction = _load(id)
    try:
        step = next_step(interaction)
    except AuthorizationError as error:
        return _refused(interaction, error)
    return _page(interaction, step) if step else _finish(interaction)


@blueprint.post("/interaction/<id>")
def submit(id: str) -> Response:
    """Give the missing step its answer, then look again."""
    interaction = _load(id)
    try:
        step = next_step(interaction)
        if step is None:
            return _finish(interaction)
        if request.args.get("step", step.NAME) != step.NAME:  # a page from before: nothing is recorded
            return _look_again(id)
        try:
            once = submit_to(step, interaction, request.form, clock.now())
        except Refused as refusal:
            if refusal.reason == ENDED:
                return _look_again(id)
            interaction.renew_challenge()
            return _page(interaction, step, refusal=_(refusal.sentence, **refusal.values), status=400)
        if interaction.new_handle and interaction.session:
            browser.current().adopt(interaction.session, interaction.new_handle)
            if interaction.user is not None and second_factor.satisfied(interaction):
                known_browser.greet(interaction.user)
        if once:
            return _page(interaction, step, once=once)
        if next_step(interaction) is None:
            return _finish(interaction)
    except AuthorizationError as error:
        return _refused(interaction, error)
    return _look_again(id)


def _load(id: str) -> Interaction:
    """The pending request of that name, if it was begun in this browser; raises PageError."""
    mine = browser.current()
    if mine.sent_handle is None:
        raise no_cookie()
    now = clock.now()
    found = interactions.find(id, now)
    if found is None or mine.row is None:
        raise already_ended()
    if found[0].session_id != mine.row.id:
        raise another_browser() if interactions.is_of_another(id, mine.row, now) else already_ended()
    row, client = found
    if client is not None and client.disabled_at is not None:
        raise authorization.unknown(client.client_id, reason="client_disabled")
    asked = AuthorizationRequest.from_json(row.request)
    if client is not None:
        asked = authorization.as_allowed_now(client, asked)
    return Interaction(
        row.id, client, asked, mine.row, row.attempt, row.started_at,
        request.remote_addr, row.answers, is_kept=True, challenge=row.challenge, site=wired().site,
    )  # fmt: skip


def _page(
    interaction: Interaction,
    step: ModuleType,
    *,
    refusal: str | None = None,
    status: int = 200,
    once: dict[str, Any] | None = None,
) -> Response:
    client, asked = interaction.client, interaction.request
    try:
        values: dict[str, Any] = once or step.offers(interaction)
    except Refused:  # another tab was faster, with the secret on this page for example
        return _look_again(interaction.id)
    if refusal and (typed := request.form.get("username")):
        values["username"] = typed[:100]
    return page.render(
        f"interaction/{step.NAME}.html", status, client=client, user=interaction.user, refusal=refusal,
        action=f"/interaction/{interaction.id}?step={step.NAME}", use=request.args.get("use"),
        is_device=asked.device_code is not None,
        target=redirect_uris.csp_source(asked.redirect_uri) if client and asked.device_code is None else "",
        image=client.logo_uri if client else None, **values,
    )  # fmt: skip


def _look_again(id: str) -> Response:
    """To what is missing now. Where another tab was faster nothing has been recorded, and what is known here isn't true."""
    return redirect(f"/interaction/{id}", 303)


def _finish(interaction: Interaction) -> Response:
    assert interaction.session is not None
    if interaction.client is None:
        interactions.take(interaction.id, interaction.session)
        return redirect(interaction.request.redirect_uri, 303)
    if interaction.request.device_code is not None:
        return device.finish(interaction, allowed=True)
    parameters = authorization_response.issue_code(interaction, clock.now(), issuer=wired().config.issuer)
    return answer(_target(interaction), parameters)


def _refused(interaction: Interaction, error: AuthorizationError) -> Response:
    if interaction.request.device_code is not None:
        return device.finish(interaction, allowed=False)
    assert interaction.session is not None
    if not interactions.take(interaction.id, interaction.session):
        raise already_ended()
    if interaction.client is None:  # they changed their mind on a page of ours
        return redirect(interaction.request.redirect_uri, 303)
    return refuse(_target(interaction), error, client=interaction.client, attempt=interaction.attempt)


def _target(interaction: Interaction) -> Target:
    asked = interaction.request
    return Target(asked.redirect_uri, asked.response_mode, asked.state)
