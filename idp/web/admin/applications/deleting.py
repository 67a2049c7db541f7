"""`/admin/applications/<client_id>/delete`: an application goes, after who used it has been said."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from idp.oidc import registration
from idp.storage import activities
from idp.web.admin import guard, room
from idp.web.admin.applications.found import HERE, address_of, client_named
from idp.web.room import words_for_instants

blueprint = Blueprint("deleting", __name__)

MOST_NAMED = 10  # people


@blueprint.get("/applications/<client_id>/delete")
def ask(client_id: str) -> Response:
    """Who used it and when, and what deleting means."""
    client = client_named(client_id)
    instant = words_for_instants(guard.administrator())
    people, count, since = activities.users_of(client.client_id, MOST_NAMED)
    follows = [_("Nobody can sign in to it any more. If you add it again, it gets a new client ID and a new secret.")]
    if people:
        follows.append(ngettext(
            "Since %(when)s one person has signed in to it:", "Since %(when)s %(num)d people have signed in to it:", count,
            when=instant(since)["words"],
        ))  # fmt: skip
    elif client.last_used_at:
        follows.append(_("Somebody last signed in to it on %(when)s.", when=instant(client.last_used_at)["words"]))
    else:
        follows.append(_("Nobody has ever signed in to it."))
    listed = [f"{name}, {instant(at)['words']}" for name, at in people]
    if count > len(people):
        listed.append(ngettext("and one more", "and %(num)d more", count - len(people)))
    return room.confirm(
        HERE, title=_("Delete %(app)s?", app=client.name), button_text=_("Delete"), back=address_of(client),
        follows=follows, listed=listed,
    )  # fmt: skip


@blueprint.post("/applications/<client_id>/delete")
def delete(client_id: str) -> BaseResponse:
    """Delete it."""
    client = client_named(client_id)
    registration.delete(client)
    return room.done(_("%(app)s has been deleted.", app=client.name), "/admin/applications")
