"""`/admin/applications/<client_id>/try`: what the application would be told about somebody, and what it would make of it."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from idp import clock, presets, subject_identifier
from idp.custom_claims.sources import Claim
from idp.oidc.preview import ALREADY_ALLOWED, WAYS, preview
from idp.presets import verdict
from idp.presets.verdict import Finding
from idp.storage import users
from idp.storage.models import Client, User
from idp.web.admin import guard, room
from idp.web.admin.applications.found import HERE, address_of, client_named
from idp.web.wired import wired

blueprint = Blueprint("try_it", __name__)

SIGNED_IN = {
    "password": lazy_gettext("with a password"),
    "password_and_code": lazy_gettext("with a password and a code"),
    "passkey": lazy_gettext("with a passkey"),
}
STOPS = {
    "unknown": lazy_gettext("%(name)s would not get there: the application knows people by their e-mail address, and theirs hasn’t been checked."),
    "access": lazy_gettext("%(name)s would not get there: the application is for groups that they aren’t in."),
    "second_factor": lazy_gettext("%(name)s would be asked for a second factor first. What follows is what would be told without it."),
    "enrolment": lazy_gettext("%(name)s would have to set up a second factor first. What follows is what would be told without it."),
}  # fmt: skip
TOO_LONG = lazy_gettext(
    "What %(app)s is told with the sign-in is so long that signing out from there may fail, as it sends it back in an address. "
    "Shorten the details for applications."
)


@blueprint.get("/applications/<client_id>/try")
def show(client_id: str) -> Response:
    """The form, and below it the claims with the verdict once somebody is chosen."""
    client = client_named(client_id)
    name = request.args.get("user", guard.administrator().username).strip().lower()[:254]
    way = request.args.get("way", WAYS[0])
    person = users.by_name(name) or users.by_email(name)
    if person is None or way not in WAYS:
        error = _("Nobody here has this name or address.") if person is None else ""
        return _page(client, name, WAYS[0], 400, errors={"user": error} if error else {})
    return _page(client, name, way, **_told(client, person, way))


def _told(client: Client, person: User, way: str) -> dict[str, Any]:
    preset = presets.get(client.preset) if client.preset in presets.ids() else None
    found = preview(client, preset, person, way, issuer=wired().config.issuer, now=clock.now())
    stop = found.stops_at if found.stops_at != ALREADY_ALLOWED else None
    if stop == "access" and not subject_identifier.is_known(person, client):
        stop = "unknown"
    findings = verdict.judge(preset, found.id_token, found.userinfo) if preset else []
    return {
        "person": person, "stop": STOPS[stop] % {"name": person.shown_name} if stop in STOPS else None,
        "verdict": [
            *((finding.kind, _sentence(finding, client.name)) for finding in findings),
            *([("too_long", TOO_LONG % {"app": client.name})] if found.is_too_long else []),
        ],
        "told": (("id_token", _in_json(found.id_token, found.custom)), ("userinfo", _in_json(found.userinfo, found.custom))),
    }  # fmt: skip


def _sentence(finding: Finding, app: str) -> str:
    names = ", ".join(finding.names)
    sentences: dict[str, str] = {
        "fine": _("%(app)s finds what it needs: %(names)s.", app=app, names=names),
        "refuses": _("%(app)s would refuse: it needs %(names)s.", app=app, names=names),
        "refuses_if_mfa": _("With its demand for a second factor on, %(app)s would refuse: amr has none of %(names)s.",
                            app=app, names=names),
        "mfa_met": _("A demand of %(app)s for a second factor is met: amr has %(names)s.", app=app, names=names),
        "without_group": _("They are in none of the groups that mean something to %(app)s: %(names)s.", app=app, names=names),
        "wrong_kind": _("%(app)s expects another kind of value in %(names)s; its setup sheet says which.", app=app, names=names),
        "not_told": _("It also reads, but isn’t told: %(names)s.", names=names),
    }  # fmt: skip
    return sentences[finding.kind]


def _in_json(claims: dict[str, object], custom: dict[str, Claim]) -> list[tuple[str, str, Any]]:
    whose = {name: _whose(claim) for name, claim in custom.items()}
    return [
        (name, json.dumps(value, ensure_ascii=False), whose.get(name, "")) for name, value in sorted(claims.items())
    ]


def _whose(claim: Claim) -> Any:
    """Where a custom claim comes from."""
    if claim.of == "group":
        return _("set for the group %(name)s", name=claim.group)
    return _("set for this person") if claim.of == "person" else _("set for this application")


def _page(client: Client, name: str, way: str, status: int = 200, **values: Any) -> Response:
    shown = {"person": None, "stop": None, "verdict": [], "told": (), "errors": {}, **values}
    return room.show(
        "applications/try_it", HERE, status, client=client, name=name, way=way, choices=list(SIGNED_IN.items()),
        back=address_of(client), **shown,
    )  # fmt: skip
