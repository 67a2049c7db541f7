"""`/account/security/<id>`: giving an authenticator another name, and removing it."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from idp.directory import factors
from idp.errors import Invalid, NotFound, PageError
from idp.storage.models import Credential, User
from idp.web.account import room

blueprint = Blueprint("factor", __name__)
SECURITY = "/account/security"


@blueprint.get(f"{SECURITY}/<int:id>")
def show(id: int) -> Response:
    """The form for its name."""
    here = f"{SECURITY}/{id}"
    user = room.recent(here)
    credential = _get(user, id)
    return _form(user, credential, room.typed_before(here).get("name", credential.name))


@blueprint.post(f"{SECURITY}/<int:id>")
def rename(id: int) -> BaseResponse:
    """Take another name."""
    user = room.recent(f"{SECURITY}/{id}", "name")
    credential, name = _get(user, id), request.form.get("name", "")
    try:
        factors.rename(user, id, name, room.circumstances())
    except Invalid as invalid:
        return _form(user, credential, name, invalid.problems, 400)
    return room.done(_("The name has been changed."), SECURITY)


@blueprint.get(f"{SECURITY}/<int:id>/remove")
def ask(id: int) -> Response:
    """What follows from removing it, and whether to."""
    user = room.recent(f"{SECURITY}/{id}/remove")
    credential = _get(user, id)
    follows = factors.consequences(user, credential)
    if follows.is_last_way_in:
        raise _last_way_in()
    sentences = [
        _(
            "It can’t be used to sign in any more. What a device or a password manager keeps for it, delete there as well."
        )
    ]
    if follows.is_last_second:
        sentences.append(
            _("It is your last one: your account is then protected by less, and your recovery codes go too.")
        )
    if follows.must_add_another:
        sentences.append(
            _("A second factor is demanded of you. The next time you sign in you have to set up another one.")
        )
    return room.confirm(
        user, "security", title=_("Remove “%(name)s”?", name=credential.name), follows=sentences,
        button=_("Remove"), back=SECURITY,
    )  # fmt: skip


@blueprint.post(f"{SECURITY}/<int:id>/remove")
def remove(id: int) -> BaseResponse:
    """Remove it."""
    user = room.recent(f"{SECURITY}/{id}/remove")
    try:
        removed = factors.remove(user, id, room.circumstances())
    except NotFound:
        raise _gone() from None
    except Invalid:
        raise _last_way_in() from None
    return room.done(_("“%(name)s” has been removed.", name=removed.name), SECURITY)


def _get(user: User, id: int) -> Credential:
    try:
        return factors.get(user, id)
    except NotFound:
        raise _gone() from None


def _gone() -> PageError:
    return PageError("There is nothing here any more", "It has been removed already.", status=404, reason="gone")


def _last_way_in() -> PageError:
    return PageError(
        "This can’t be removed", factors.LAST_WAY_IN, status=409, reason="last_way_in",
        advice=["Go back to your account and set a password, or add a passkey."],
    )  # fmt: skip


def _form(
    user: User, credential: Credential, name: str, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    return room.show(
        "factor", user, "security", status, credential=credential, name=name, errors=errors or {},
        action=f"{SECURITY}/{credential.id}",
    )  # fmt: skip
