"""`/admin/applications/<client_id>/secret`: a new client secret, while the old one goes on working for a chosen time."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from idp import clock
from idp.oidc import registration
from idp.storage.models import Client
from idp.web.admin import room
from idp.web.admin.applications import sheet
from idp.web.admin.applications.found import HERE, address_of, client_named
from idp.web.admin.guard import keeps

blueprint = Blueprint("secret", __name__)

KEPT = {
    "0": _("Not at all: it stops working now"),
    "3600": _("For an hour"),
    "86400": _("For a day"),
    "604800": _("For a week"),
}  # seconds


@blueprint.get("/applications/<client_id>/secret")
def show(client_id: str) -> Response:
    """The question how long the old one stays good."""
    return _form(_with_secret(client_id), room.typed().get("keep", "0"))


@blueprint.post("/applications/<client_id>/secret")
@keeps("keep")
def change(client_id: str) -> BaseResponse:
    """The setup sheet with a new secret, or the form again."""
    client, keep = _with_secret(client_id), request.form.get("keep", "")
    if request.form.get("only") == "newest":
        registration.forget_earlier_secrets(client)
        return room.done(str(_("Only the newest secret works now.")), address_of(client))
    if keep not in KEPT:
        return _form(client, "0", 400)
    secret = registration.rotate_secret(client, keep=int(keep))
    return sheet.page(client_named(client_id), secret)


def _with_secret(client_id: str) -> Client:
    client = client_named(client_id)
    if not client.has_secret:
        raise NotFound
    return client


def _form(client: Client, keep: str, status: int = 200) -> Response:
    now = clock.now()
    return room.show(
        "applications/secret", HERE, status, client=client, keep=keep if keep in KEPT else "0", kept=KEPT,
        back=address_of(client), earlier=[each for each in client.earlier_secrets if each["expires_at"] > now],
    )  # fmt: skip
