"""`/admin/gallery`: the applications that are known, and adding one of them by its address."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import NotFound

from idp import presets
from idp.errors import Invalid
from idp.oidc import logout, registration
from idp.presets.filling import Setting
from idp.presets.preset import CATEGORIES, FORWARD_AUTH, Preset
from idp.web.admin import room
from idp.web.admin.applications import sheet
from idp.web.admin.applications.filled import settings_of
from idp.web.admin.applications.found import HERE
from idp.web.admin.applications.setting_words import in_words
from idp.web.admin.guard import keeps

blueprint = Blueprint("gallery", __name__)

SHELVES = {
    "media": lazy_gettext("Films, music, books and photos"),
    "cloud": lazy_gettext("Files, notes and everyday things"),
    "infrastructure": lazy_gettext("Running the house: servers, code, monitoring"),
    "generic": lazy_gettext("Anything else"),
}
KNOWN = {
    "source": lazy_gettext("Read in its source"),
    "guide": lazy_gettext("From a guide"),
    "tried": lazy_gettext("Tried"),
}
MEANS = {
    "tried": lazy_gettext(
        "the application, or a faithful copy of how it signs people in, was set up like this and worked."
    ),
    "source": lazy_gettext(
        "the addresses and settings stand in the application’s own source code. Nobody has tried them here."
    ),
    "guide": lazy_gettext("a guide on the web says so. It may be out of date: compare before you save."),
}


@blueprint.get("/gallery")
def show() -> Response:
    """All that are known, on their shelves, or those that the words fit."""
    words = request.args.get("q", "").strip()[:100]
    found = sorted(presets.search(words), key=lambda preset: CATEGORIES.index(preset.category))
    shelves = [(word, SHELVES[word], list(group)) for word, group in groupby(found, key=lambda preset: preset.category)]
    return room.show(
        "applications/gallery", HERE, shelves=shelves, words=words, count=len(found), everything=len(presets.ids()),
        known=KNOWN, means=MEANS, forward_auth=FORWARD_AUTH,
    )  # fmt: skip


@blueprint.get("/gallery/<preset_id>")
def ask(preset_id: str) -> Response:
    """The form for name and address; once both are there, what will be set and why."""
    preset = _preset(preset_id)
    before = room.typed() or request.args
    form = {name: before.get(name, "").strip()[:2_048] for name in ("name", "app_url")}
    if "name" not in before and "app_url" not in before:
        return _form(preset, {**form, "name": preset.name.partition(" (")[0]})
    return _look(preset, form)


@blueprint.post("/gallery/<preset_id>")
@keeps("name", "app_url")
def add(preset_id: str) -> Response:
    """The setup sheet of the new application, or the form again."""
    preset = _preset(preset_id)
    form = {name: request.form.get(name, "").strip() for name in ("name", "app_url")}
    try:
        wanted: dict[str, Any] = {each.field: each.value for each in _settings(preset, form)}
        client, secret = registration.add(
            form["name"], preset=preset.id, **{"app_url": form["app_url"] or None, **wanted}
        )
    except Invalid as invalid:
        return _form(preset, form, invalid.problems, 400)
    return sheet.page(client, secret, is_new=True)


def _preset(preset_id: str) -> Preset:
    if preset_id not in presets.ids() or presets.get(preset_id).client is None:
        raise NotFound
    return presets.get(preset_id)


def _settings(preset: Preset, form: dict[str, str]) -> tuple[Setting, ...]:
    if not form["app_url"] and preset.address_example:
        raise Invalid(app_url=_("Enter the address at which people open the application."))
    return settings_of(preset.id, form["app_url"])


def _look(preset: Preset, form: dict[str, str]) -> Response:
    try:
        settings = _settings(preset, form)
        registration.check(form["name"], **{each.field: each.value for each in settings})
    except Invalid as invalid:
        return _form(preset, form, invalid.problems, 400)
    return room.show(
        "applications/look", HERE, preset=preset, form=form, known=KNOWN[preset.known],
        settings=[in_words(setting) for setting in settings],
        untold=next((logout.obstacle_at(each.value) for each in settings if each.field == "backchannel_logout_uri"), None),
    )  # fmt: skip


def _form(preset: Preset, form: dict[str, str], errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return room.show(
        "applications/preset", HERE, status, preset=preset, form=form, errors=room.in_the_browser(errors or {}),
        known=KNOWN[preset.known], means=MEANS[preset.known],
    )  # fmt: skip
