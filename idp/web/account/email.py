"""`/account/email`: the form for another e-mail address."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from idp.directory import email_address
from idp.errors import Invalid
from idp.storage.models import User
from idp.web import own_sign_in
from idp.web.account import room

blueprint = Blueprint("email", __name__)
HERE = "/account/email"


@blueprint.get(HERE)
def show() -> Response:
    """The form for another address."""
    user = room.recent(HERE)
    typed = room.typed_before(HERE)
    return _form(user, typed.get("email", user.email or ""), again=bool(typed))


@blueprint.post(HERE)
def change() -> Response:
    """Take another address."""
    user = room.recent(HERE, "email")
    email = request.form.get("email", "")
    try:
        if email_address.is_confirmed_by_mail(user):
            email_address.ask(user, email)
            said = _("We are sending a link to %(email)s. Your address changes once you open it.", email=email.strip())
        else:
            changed = email_address.change(user, email, room.circumstances())
            said = _("Your e-mail address is %(email)s now.", email=changed.email)
    except Invalid as invalid:
        return _form(user, email, invalid.problems, 400)
    return room.done(said, "/account")


@blueprint.get(HERE + "/confirm")
def ask() -> Response:
    """Whether the address is theirs; opening the link alone does nothing, as mail programs look at links too."""
    handle = request.args.get("link", "")
    user = own_sign_in.person(_confirm(handle))
    return room.confirm(
        user, "profile", title=_("Is this your address?"), button=_("Yes, it is mine"), back="/account",
        follows=[_("%(email)s becomes the e-mail address of your account.", email=email_address.waiting(user, handle))],
        kind="primary", action=_confirm(handle),
    )  # fmt: skip


@blueprint.post(HERE + "/confirm")
def confirm() -> Response:
    """Take the address."""
    handle = request.args.get("link", "")
    user = own_sign_in.person(_confirm(handle))
    try:
        changed = email_address.confirm(user, handle, room.circumstances())
    except Invalid as invalid:
        return _form(user, "", invalid.problems, 400)
    return room.done(_("Your e-mail address is %(email)s now.", email=changed.email), "/account")


def _confirm(handle: str) -> str:
    return f"{HERE}/confirm?link={quote(handle, safe='')}"


def _form(
    user: User, email: str, errors: dict[str, str] | None = None, status: int = 200, again: bool = False
) -> Response:
    return room.show(
        "email", user, "profile", status, email=email, errors=errors or {}, again=again,
        by_mail=email_address.is_confirmed_by_mail(user),
    )  # fmt: skip
