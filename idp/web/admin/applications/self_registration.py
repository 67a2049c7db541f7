"""`/admin/registration`: tokens with which applications register themselves."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from idp import clock
from idp.endpoints import REGISTRATION
from idp.errors import Invalid
from idp.oidc import checked_registration, dynamic_registration, initial_access
from idp.storage import limited
from idp.storage.models import RegistrationToken
from idp.web.admin import room
from idp.web.admin.applications.found import HERE, address_of, client_named
from idp.web.admin.applications.setting_words import told_by
from idp.web.admin.guard import administrator, keeps
from idp.web.wired import wired

ADDRESS = "/admin/registration"
LIFETIMES = (
    (3_600, lazy_gettext("One hour")), (86_400, lazy_gettext("One day")), (7 * 86_400, lazy_gettext("Seven days")),
    (30 * 86_400, lazy_gettext("Thirty days")),
)  # fmt: skip

blueprint = Blueprint("self_registration", __name__)


@blueprint.get("/registration")
def show() -> Response:
    """The tokens, the newest first, with what has become of each."""
    found = limited.page(RegistrationToken, after=request.args.get("after"), before=request.args.get("before"))
    return room.show("registration/list", HERE, list=room.listing(found), now=clock.now())


@blueprint.route("/registration/add", methods=["GET", "POST"])
@keeps("name", "uses", "lifetime")
def add() -> Response:
    """The form; sent, it answers with the token, this once."""
    if request.method != "POST":
        return _form(room.typed())
    try:
        made, handle = initial_access.make(
            request.form.get("name", "").strip(), uses=room.number("uses"), lifetime=room.number("lifetime"),
            made_by=administrator().username,
        )  # fmt: skip
    except Invalid as invalid:
        return _form(request.form, invalid.problems, 400)
    endpoint = f"{wired().config.issuer}{REGISTRATION}"
    return room.show("registration/made", HERE, token=made, handle=handle, endpoint=endpoint)


@blueprint.route("/registration/<int:id>/withdraw", methods=["GET", "POST"])
def withdraw(id: int) -> Response:
    """Ask, and make a token worthless."""
    token = RegistrationToken.by_number(id)
    if token is None:
        raise NotFound
    if request.method == "POST":
        withdrawn = initial_access.withdraw(token, administrator().username)
        said = _("The token has been withdrawn.") if withdrawn else _("It was withdrawn already.")
        return room.done(said, ADDRESS)
    return room.confirm(
        HERE, title=_("Withdraw this token?"), button_text=_("Withdraw"), back=ADDRESS, follows=[
            _("No application can register itself with it any more. Those that have done so stay."),
        ],
    )  # fmt: skip


@blueprint.route("/applications/<client_id>/own-settings", methods=["GET", "POST"])
def let_go(client_id: str) -> Response:
    """Ask, and keep an application from changing its own settings."""
    client = client_named(client_id)
    if client.registration_token_digest is None:
        return redirect(address_of(client), 303)  # done in another window meanwhile
    if request.method == "POST":
        dynamic_registration.let_go(client)
        return room.done(_("Only administrators change %(app)s now.", app=client.name), address_of(client))
    return room.confirm(
        HERE, title=_("Let only administrators change %(app)s?", app=client.name), button_text=_("Take it over"),
        back=address_of(client), danger=False, follows=[
            _("It registered itself, and can change its addresses and what it asks for, or remove itself, until you take it over."),
        ],
    )  # fmt: skip


@blueprint.route("/applications/<client_id>/checked", methods=["GET", "POST"])
def check(client_id: str) -> Response:
    """Show what an application has registered itself as, ask, and keep that an administrator found it right."""
    client = client_named(client_id)
    if not client.is_unchecked:
        return redirect(address_of(client), 303)  # done in another window meanwhile
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            checked_registration.confirm(client, request.args.get("seen", ""))
            return room.done(_("People are no longer warned of %(app)s.", app=client.name), address_of(client))
        except Invalid as invalid:
            client, errors = client_named(client_id), room.in_the_browser(invalid.problems)
    return room.confirm(
        HERE, 400 if errors else 200, title=_("Have you checked %(app)s?", app=client.name), danger=False,
        button_text=_("I have checked this application"), back=address_of(client), errors=errors,
        action=f"{address_of(client, 'checked')}?seen={checked_registration.fingerprint(client)}",
        follows=[
            _("People who sign in to it are warned no more, until it changes its own settings. Are these the right ones?"),
        ],
        listed=[
            *(_("It sends people back to %(address)s", address=uri) for uri in client.redirect_uris),
            _("It learns: %(what)s", what=", ".join(str(told_by(scope)[0]) for scope in client.scopes)),
            *(_("It says that %(who)s looks after it", who=contact) for contact in client.contacts),
            _("It registered itself with the token %(token)s", token=client.registered_by),
        ],
    )  # fmt: skip


def _form(form: Any, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return room.show(
        "registration/form", HERE, status, form=form, errors=errors or {}, uses=form.get("uses") or "1",
        lifetimes=[(str(each), text) for each, text in LIFETIMES],
        lifetime=form.get("lifetime") or str(initial_access.LIFETIME),
    )  # fmt: skip
