"""`/admin/invitations`: links with which people make their account by themselves."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from idp import activity, clock, first_try, qr
from idp.directory import invitations
from idp.errors import Invalid
from idp.storage import clients, limited, users
from idp.storage.models import Client, Invitation
from idp.web.admin import room
from idp.web.admin.guard import administrator, keeps
from idp.web.wired import wired

NAME = "invitations"
TITLE = lazy_gettext("Invitations")
ADDRESS = "/admin/invitations"
LIFETIMES = (
    (3_600, lazy_gettext("One hour")), (86_400, lazy_gettext("One day")), (3 * 86_400, lazy_gettext("Three days")),
    (7 * 86_400, lazy_gettext("Seven days")),
)  # fmt: skip

blueprint = Blueprint(NAME, __name__, url_prefix="/invitations")


@blueprint.get("")
def show() -> Response:
    """The invitations, the newest first, with what has become of each."""
    found = limited.page(Invitation, after=request.args.get("after"), before=request.args.get("before"))
    return room.show(
        "invitations/list", NAME, list=room.listing(found), now=clock.now(), command_line=activity.COMMAND_LINE,
        names={client.id: client.name for client in clients.all_clients()},
    )  # fmt: skip


@blueprint.route("/add", methods=["GET", "POST"])
@keeps("group", "client", "lifetime", "uses")
def add() -> Response:
    """The form; sent, it answers with the link, this once."""
    if request.method != "POST":
        return _form(room.typed())
    try:
        client = _client(request.form.get("client", ""))
        made, handle = invitations.make(
            request.form.getlist("group"), client, uses=room.number("uses"), lifetime=room.number("lifetime"),
            made_by=administrator().username,
        )  # fmt: skip
    except Invalid as invalid:
        return _form(request.form, invalid.problems, 400)
    issuer = wired().config.issuer
    link = invitations.url(handle, issuer)
    return room.show(
        "invitations/made", NAME, invitation=made, client=client, link=link, picture=qr.picture(link),
        first_try=first_try.warning(issuer),
    )  # fmt: skip


@blueprint.route("/<int:id>/withdraw", methods=["GET", "POST"])
def withdraw(id: int) -> Response:
    """Ask, and make an invitation worthless."""
    invitation = Invitation.by_number(id)
    if invitation is None:
        raise NotFound
    if request.method == "POST":
        withdrawn = invitations.withdraw(invitation, administrator().username)
        said = _("The invitation has been withdrawn.") if withdrawn else _("It was withdrawn already.")
        return room.done(said, ADDRESS)
    return room.confirm(
        NAME, title=_("Withdraw this invitation?"), button_text=_("Withdraw"), back=ADDRESS, follows=[
            _("Its link lets nobody in any more. Who has used it already keeps their account."),
        ],
    )  # fmt: skip


def _client(client_id: str) -> Client | None:
    if not client_id:
        return None
    found = clients.by_id(client_id)
    if found is None:
        raise Invalid(client=_("This application is gone. Choose another one."))
    return found


def _form(form: Any, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    offered = [(client.client_id, client.name) for client in clients.all_clients() if client.disabled_at is None]
    return room.show(
        "invitations/form", NAME, status, form=form, ticked=form.getlist("group"), errors=errors or {},
        groups=[group for group, _members in users.all_groups()], lifetimes=[(str(each), text) for each, text in LIFETIMES],
        lifetime=form.get("lifetime") or str(invitations.LIFETIME), uses=form.get("uses") or "1",
        applications=[("", _("Their account page")), *offered],
        first_try=first_try.warning(wired().config.issuer),
    )  # fmt: skip
