"""`/admin/gallery/blank` and `/admin/applications/<client_id>/edit`: every field of an application."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from idp import presets
from idp.errors import Invalid
from idp.oidc import grants, registration, scopes
from idp.oidc.client_authentication import NONE
from idp.oidc.jwt import ALGORITHMS, READ
from idp.oidc.subject_metadata import ACCEPTED
from idp.oidc.tokens import ACCESS_TOKEN_FORMATS
from idp.storage import users
from idp.storage.models import Client
from idp.web.admin import room
from idp.web.admin.applications import fields, form_words, sheet
from idp.web.admin.applications.filled import metadata_of
from idp.web.admin.applications.found import HERE, address_of, client_named
from idp.web.admin.applications.setting_words import told_by
from idp.web.admin.guard import keeps

blueprint = Blueprint("form", __name__)


@blueprint.get("/gallery/blank")
def new() -> Response:
    """The empty form, or what a preset would set, to be changed first."""
    if before := room.typed():
        return _new(fields.typed(before), again=True)
    preset, app_url = request.args.get("preset", ""), request.args.get("app_url", "")[:2_048]
    known: dict[str, Any] = {"name": request.args.get("name", "")[:100], "app_url": app_url}
    if preset in presets.ids():
        try:
            known |= metadata_of(preset, app_url) | {"preset": preset}
        except Invalid as invalid:
            return _new(fields.of_new(**known), invalid.problems)
    return _new(fields.of_new(**known))


@blueprint.post("/gallery/blank")
@keeps(*fields.KEPT)
def add() -> Response:
    """The setup sheet of a new application, or the form again."""
    typed = fields.typed(request.form)
    own: dict[str, Any] = {name: request.form.get(name, "").strip() or None for name in fields.OWN}
    wanted = fields.metadata(typed)
    if typed["preset"]:
        wanted["preset"] = typed["preset"]
    try:
        client, secret = registration.add(wanted.pop("name"), **own, **wanted)
    except Invalid as invalid:
        return _new(typed, invalid.problems, 400)
    return sheet.page(client, secret, is_new=True)


@blueprint.get("/applications/<client_id>/edit")
def show(client_id: str) -> Response:
    """The form with what is registered."""
    client = client_named(client_id)
    before = room.typed()
    return _edit(client, fields.typed(before) if before else fields.of_client(client), again=bool(before))


@blueprint.post("/applications/<client_id>/edit")
@keeps(*fields.KEPT)
def change(client_id: str) -> BaseResponse:
    """Take the form."""
    client = client_named(client_id)
    typed = fields.typed(request.form)
    different, had_secret = fields.changed(client, fields.metadata(typed)), client.has_secret
    try:
        if different:
            client = registration.change(client, accept_new_subjects=ACCEPTED in request.form, **different)
    except Invalid as invalid:
        return _edit(client, typed, invalid.problems, 400)
    if client.has_secret and not had_secret:
        return room.done(
            _("%(app)s has been saved. It needs a secret now.", app=client.name), address_of(client, "secret")
        )
    return room.done(_("%(app)s has been saved.", app=client.name), address_of(client))


def _new(
    form: dict[str, Any], errors: dict[str, str] | None = None, status: int = 200, *, again: bool = False
) -> Response:
    return _form(None, form, errors, status, again=again, action="/admin/gallery/blank", back="/admin/gallery")


def _edit(
    client: Client, form: dict[str, Any], errors: dict[str, str] | None = None, status: int = 200, *, again: bool = False
) -> Response:  # fmt: skip
    return _form(client, form, errors, status, again=again, action=address_of(client, "edit"), back=address_of(client))


def _form(
    client: Client | None, form: dict[str, Any], errors: dict[str, str] | None, status: int, **values: Any
) -> Response:
    methods = [each for each in form_words.METHODS if client is None or (each[0] == NONE) == client.is_public]
    return room.show(
        "applications/form", HERE, status, client=client, form=form, errors=room.in_the_browser(errors or {}),
        labels={name: text for name, text in form_words.LABELS.items() if client is None or name not in fields.OWN},
        groups=[group for group, _count in users.all_groups()], scopes=scopes.SCOPES, told_by=told_by, methods=methods,
        grants=[(name, form_words.GRANTS.get(name, name), None) for name in grants.by_type()],
        subjects=form_words.SUBJECT_TYPES, sources=form_words.SUBJECT_SOURCES,
        formats=[(name, form_words.FORMATS[name]) for name in ACCESS_TOKEN_FORMATS], algorithms=[(name, name) for name in ALGORITHMS],
        request_objects=[("", _("Any way, or not at all (usual)")), *((name, _("Signed with %(alg)s", alg=name)) for name in READ)],
        userinfo=[("", _("Plainly (usual)")), *((name, _("Signed with %(alg)s", alg=name)) for name in ALGORITHMS)], **values,
    )  # fmt: skip
