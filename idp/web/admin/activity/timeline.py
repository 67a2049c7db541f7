"""`/admin/activity/<row>`: the sign-in that an event belongs to, step by step over browser and application."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from idp import clock, endpoints
from idp.oidc.authorization_response import CODE_LIFETIME
from idp.oidc.scopes import CLAIMS
from idp.storage import activities, clients, device_codes, interactions
from idp.storage.models import Activity, Client
from idp.web.admin import room
from idp.web.admin.activity import advice, words
from idp.web.admin.activity.named import names_of
from idp.web.wired import wired

blueprint = Blueprint("timeline", __name__)
_ENDED = frozenset({
    "access.denied", "authorization.refused", "code.issued", "consent.refused", "page.refused", "account.requested",
    "signed_out",
})  # fmt: skip
# The refused try isn't the end: the person may go on where they began, or with the page reloaded.
_GO_ON = frozenset({"another_browser", "cross_site_form", "csrf", "no_cookie"})


@blueprint.get("/activity/<int:row>")
def show(row: int) -> Response:
    """One event with all that belongs to the same sign-in."""
    chosen = Activity.by_number(row)
    if chosen is None:
        raise NotFound
    events = activities.of_attempt(chosen.attempt) if chosen.attempt else [chosen]
    client = next((clients.by_id(event.client_id) for event in reversed(events) if event.client_id), None)
    return room.show(
        "activity/timeline", "activity", chosen=chosen, events=[_told(event, client) for event in events],
        is_attempt=bool(chosen.attempt), ending=_ending(events, client), client=client,
        who=next((event.username for event in reversed(events) if event.username), None), names=names_of(events),
    )  # fmt: skip


def _told(event: Activity, client: Client | None) -> dict[str, Any]:
    return {
        "row": event, "title": words.title(event), "by": words.by(event), "is_failure": event.event in words.FAILURES,
        "is_of_server": event.event in words.OF_SERVERS, "circumstances": words.circumstances(event),
        "what_to_do": advice.on(event, client), "compared": advice.compared(event, client),
        "reason": advice.reason(event), "notes": _notes(event, client),
    }  # fmt: skip


def _notes(event: Activity, client: Client | None) -> list[str]:
    """What isn't wrong by itself, but explains what somebody misses in the application."""
    scopes = event.detail.get("scopes", [])
    if event.event != "code.issued" or "groups" in scopes or "roles" in scopes or client is None:
        return []
    if not {"groups", "roles"} & set(client.scopes) & set(CLAIMS):
        return [_("The application wasn’t told the person’s groups: it may not ask for them here. If it should know them, tick "
                  "“groups” where the application is edited.")]  # fmt: skip
    return [_("The application wasn’t told the person’s groups, as it didn’t ask for them. If it should know them, add the "
              "word groups to the scopes in its settings.")]  # fmt: skip


def _ending(events: list[Activity], client: Client | None) -> tuple[str, bool] | None:
    """What should have come next and hasn't, and whether it is too late for it."""
    happened = {
        event.event for event in events if not (event.event == "page.refused" and advice.reason(event) in _GO_ON)
    }
    last = max(event.at for event in events)
    if "code.issued" in happened and not happened & {"token.issued", "token.refused"}:
        if clock.now() - last <= CODE_LIFETIME:
            return _("The application’s server hasn’t fetched the result yet. It has a minute for it."), False
        return _(
            "The application never asked for the token. Its own server has to reach %(address)s: look whether that name leads "
            "to the right machine from there, whether it trusts the certificate, and what the application’s own log says.",
            address=wired().config.issuer + endpoints.TOKEN,
        ), True  # fmt: skip
    if "token.issued" in happened and "userinfo.asked" not in happened and client and not client.id_token_claims:
        # Only then it matters: others are told the details with the sign-in itself.
        if clock.now() - last <= CODE_LIFETIME:
            return None
        return _(
            "The application never asked for the person’s details (userinfo), and it is registered to be told them only there. If it "
            "knows nobody’s name or groups, tick “Tell it right with the sign-in” where the application is edited."
        ), True  # fmt: skip
    if "device.requested" in happened:
        return _ending_of_device(happened, min(event.at for event in events))
    if "authorization.requested" in happened and not happened & _ENDED:
        if clock.now() - last <= interactions.LIFETIME:
            return _("The person hasn’t finished signing in yet."), False
        return _("The person never finished signing in: they closed the page, or couldn’t get further."), True
    return None


def _ending_of_device(happened: set[str], began: int) -> tuple[str, bool] | None:
    """The same for a device, which waits for somebody who types its code and then fetches the result."""
    is_over = clock.now() - began > device_codes.LIFETIME
    if "device.denied" in happened or (happened & {"token.issued", "token.refused"} and "device.allowed" in happened):
        return None
    if "device.allowed" in happened:
        if not is_over:
            return _("The device hasn’t fetched the result yet; it asks every few seconds."), False
        return _("The device never fetched the result: it was switched off, or had stopped asking."), True
    if not is_over:
        return _("The device is waiting for somebody who types its code and lets it in."), False
    if "device.code_entered" in happened:
        return _(
            "Somebody typed the code, but neither allowed nor denied it in ten minutes. Start on the device again."
        ), True
    return _(
        "Nobody typed the code in ten minutes. Start on the device again, and open the address that it shows."
    ), True
