"""`/account/applications`: what somebody may open, what each may read about them, and taking that back."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from idp.directory import applications
from idp.directory.applications import Application
from idp.errors import PageError
from idp.oidc import launch
from idp.storage.models import User
from idp.web import own_sign_in
from idp.web.account import room
from idp.web.wired import wired

blueprint = Blueprint("applications", __name__)
HERE = "/account/applications"


@blueprint.get(HERE)
def show() -> Response:
    """Those that somebody has used, then the others that are open to them."""
    user = own_sign_in.person(HERE)
    found = applications.of(user)
    issuer = wired().config.issuer
    return room.show(
        "applications", user, "applications", theirs=[each for each in found if each.is_theirs],
        others=[each for each in found if not each.is_theirs], images=[each.client.logo_uri for each in found],
        address={each.client.client_id: launch.address(each.client, issuer) for each in found},
        on_the_device={each.client.client_id for each in found if launch.begins_on_the_device(each.client)},
    )  # fmt: skip


@blueprint.get(f"{HERE}/<client_id>/revoke")
def ask(client_id: str) -> Response:
    """What follows from taking it back, and whether to."""
    user = own_sign_in.person(_here(client_id))
    name = _get(user, client_id).client.name
    return room.confirm(
        user, "applications", title=_("Take back what %(app)s may see?", app=name), button=_("Take back"), back=HERE,
        follows=[
            _("%(app)s can’t read your details here any more. Signing in there again asks you, or allows it anew.", app=name),
            _("It keeps what it has been told already, and may keep you signed in for a while: sign out there, too."),
        ],
    )  # fmt: skip


@blueprint.post(f"{HERE}/<client_id>/revoke")
def revoke(client_id: str) -> BaseResponse:
    """Take it back."""
    user = own_sign_in.person(_here(client_id))
    client = _get(user, client_id).client
    applications.revoke(user, client, room.circumstances())
    return room.done(_("%(app)s can’t read your details any more.", app=client.name), HERE)


def _here(client_id: str) -> str:
    return f"{HERE}/{quote(client_id, safe='')}/revoke"


def _get(user: User, client_id: str) -> Application:
    found = applications.get(user, client_id)
    if found is None:
        raise PageError("There is nothing here any more", "You have allowed this application nothing.", status=404,
                        reason="no_consent")  # fmt: skip
    return found
