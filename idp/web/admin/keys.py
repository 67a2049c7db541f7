"""`/admin/keys`: the keys that sign, and what rotating and retiring them means for applications."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_babel import gettext, lazy_gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from idp.called import as_called
from idp.errors import ConfigurationError, FoyerError
from idp.oidc import key_changes, key_files, key_loading
from idp.oidc.key_entry import KeyEntry
from idp.web.admin import room
from idp.web.gateway import off_the_loop
from idp.web.wired import wired

_ = gettext
NAME = "keys"
TITLE = lazy_gettext("Keys")
ADDRESS = "/admin/keys"

blueprint = Blueprint(NAME, __name__)
_ORDER = ("active", "next", "retired")


@blueprint.get("/keys")
def show() -> Response:
    """The keys, with what each is for."""
    entries, problem = _read()
    return room.show(
        "keys", NAME, entries=entries, problem=problem or _unfit(entries), is_still_needed=key_changes.is_still_needed
    )


@blueprint.get("/keys/rotate")
def ask_to_rotate() -> BaseResponse:
    """What rotating means."""
    entries, problem = _read()
    if problem:
        return room.done(problem, ADDRESS)
    follows = [
        _("The next keys sign from now on. Nobody is signed out, and applications don’t have to be changed: they read the list "
          "of keys again by themselves."),
        _("The keys that sign now stay published, so what they have signed stays good. Retire them after a day."),
    ]  # fmt: skip
    if key_changes.is_young([each for each in entries if each.state == "next"]):
        follows.append(_("The next keys have been published for less than a day. An application that keeps the list for longer "
                         "may refuse sign-ins until it reads it again; restarting it helps."))  # fmt: skip
    return room.confirm(
        NAME, title=_("Rotate the keys?"), button_text=_("Rotate"), back=ADDRESS, follows=follows, danger=False
    )


@blueprint.post("/keys/rotate")
def rotate() -> BaseResponse:
    """Sign with the next keys."""
    try:
        done = key_changes.rotate(wired().config.keys_dir, off_the_loop)
    except (ConfigurationError, OSError) as wrong:
        return room.done(_("The keys couldn’t be rotated: %(why)s", why=as_called(str(wrong))), ADDRESS)
    if done.replaced:
        return room.done(
            _("The next keys sign now. Some couldn’t be used, as their files were missing, damaged or readable by others: new keys "
              "have taken their places, and applications may refuse sign-ins until they read the list of keys again."),
            ADDRESS,
        )  # fmt: skip
    return room.done(_("The next keys sign now."), ADDRESS)


@blueprint.get("/keys/<kid>/retire")
def ask_to_retire(kid: str) -> Response:
    """What retiring a key means, or replacing one that would sign next."""
    key = _not_signing(kid)
    if key.state == "next":
        follows = [
            _("The key is published no more and deleted. It has signed nothing yet, so nobody misses it."),
            _("A new key takes its place and signs after the next rotation."),
        ]
        return room.confirm(
            NAME, title=_("Replace this key?"), button_text=_("Replace"), back=ADDRESS, follows=follows, listed=[kid]
        )
    follows = [
        _("The key is published no more and deleted. Nothing that it signed can be checked any more."),
        _("Applications that are signed in stay so; sign-ins use the new keys already."),
    ]
    if key_changes.is_still_needed(key):
        follows.append(_("It signed until less than a day ago. An application may refuse what it got then; whoever that happens "
                         "to signs in again."))  # fmt: skip
    return room.confirm(
        NAME, title=_("Retire this key?"), button_text=_("Retire"), back=ADDRESS, follows=follows, listed=[kid]
    )


@blueprint.post("/keys/<kid>/retire")
def retire(kid: str) -> BaseResponse:
    """Delete a key that doesn't sign; a new one takes the place of one that would sign next."""
    _not_signing(kid)
    try:
        made = key_changes.retire(wired().config.keys_dir, kid, run=off_the_loop)
    except (FoyerError, OSError) as wrong:
        return room.done(_("The key couldn’t be retired: %(why)s", why=as_called(str(wrong))), ADDRESS)
    return room.done(_("A new key has taken its place.") if made else _("The key is gone."), ADDRESS)


def _read() -> tuple[list[KeyEntry], str]:
    """The keys, or why they can't be read."""
    try:
        found = key_files.read(wired().config.keys_dir)
    except (ConfigurationError, OSError) as wrong:
        return [], as_called(str(wrong))
    return sorted(found, key=lambda entry: (_ORDER.index(entry.state), entry.alg, -entry.created_at)), ""


def _unfit(entries: list[KeyEntry]) -> str:
    """What is wrong with the files of the keys, with the way out; empty when nothing is."""
    try:
        key_loading.load_all(wired().config.keys_dir, entries)
    except (ConfigurationError, OSError) as wrong:
        return as_called(str(wrong))
    return ""


def _not_signing(kid: str) -> KeyEntry:
    for entry in _read()[0]:
        if entry.kid == kid and entry.state != "active":
            return entry
    raise NotFound
