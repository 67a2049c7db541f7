"""`/admin/applications/<client_id>/preset`: what a preset would change in an application, and changing it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from idp import presets
from idp.errors import Invalid
from idp.oidc import registration
from idp.presets import applying
from idp.presets.filling import Setting
from idp.storage.models import Client
from idp.web.admin import room
from idp.web.admin.applications.filled import settings_of
from idp.web.admin.applications.found import HERE, address_of, client_named
from idp.web.admin.applications.setting_words import in_words

blueprint = Blueprint("applying", __name__)


@blueprint.get("/applications/<client_id>/preset")
def show(client_id: str) -> Response:
    """The choice of a preset; once there is one, what it would change."""
    client = client_named(client_id)
    if "preset" not in request.args:
        return _page(client)
    try:
        return _page(client, changes=_changes(client))
    except Invalid as invalid:
        return _page(client, invalid.problems, 400)


@blueprint.post("/applications/<client_id>/preset")
def change(client_id: str) -> BaseResponse:
    """Apply it."""
    client = client_named(client_id)
    try:
        wanted: dict[str, Any] = {each.field: each.value for each in _changes(client)}
        wanted |= {"preset": request.args["preset"], "app_url": _address() or client.app_url}
        registration.change(client, **wanted)
    except Invalid as invalid:
        return _page(client, invalid.problems, 400)
    return room.done(
        _("%(app)s has been changed. What to enter there now stands below.", app=client.name),
        address_of(client, "sheet"),
    )


def _address() -> str:
    return request.args.get("app_url", "").strip()[:2_048]


def _changes(client: Client) -> tuple[Setting, ...]:
    preset_id = request.args.get("preset", "")
    if preset_id not in presets.ids() or presets.get(preset_id).client is None:
        raise Invalid(preset=_("Choose an application."))
    if not _address() and presets.get(preset_id).address_example:
        raise Invalid(app_url=_("Enter the address at which people open the application."))
    settings = settings_of(preset_id, _address() or None)
    found = applying.changes(settings, {each.field: getattr(client, each.field) for each in settings})
    registration.check_change(client, **{each.field: each.value for each in found})
    return found


def _page(
    client: Client, errors: dict[str, str] | None = None, status: int = 200, *, changes: tuple[Setting, ...] | None = None
) -> Response:  # fmt: skip
    given = request.args.get("preset", client.preset or "")
    nothing = [] if given else [("", _("Choose …"))]
    offered = nothing + [(preset.id, preset.name) for preset in presets.search() if preset.client is not None]
    return room.show(
        "applications/applying", HERE, status, client=client, back=address_of(client), errors=room.in_the_browser(errors or {}),
        offered=offered, preset=given, app_url=_address() or client.app_url or "", action=request.full_path.removesuffix("?"),
        form_at=address_of(client, "preset"), is_known=changes is not None,
        changes=[(in_words(Setting(each.field, getattr(client, each.field), "")), in_words(each)) for each in changes or ()],
    )  # fmt: skip
