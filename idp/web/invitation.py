"""`/invitation`: what an invitation opens; the guest makes their account and goes on to what they were invited to."""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import quote

from flask import Blueprint, jsonify, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from idp import authenticators, clock
from idp.authenticators.password.rules import Strength
from idp.directory import invitations
from idp.directory import users as people
from idp.errors import Invalid
from idp.oidc import origins
from idp.storage import clients
from idp.storage.models import Client
from idp.tries import Try
from idp.web import browser, first_sign_in, own_sign_in, page
from idp.web.wired import wired

blueprint = Blueprint("invitation", __name__)
FIELDS = ("username", "email", "display_name")
READY = "/invitation/ready"
PASSKEY = "passkey"


@blueprint.get("/invitation")
def show() -> Response:
    """The form, for whoever holds a good link; looking at it uses nothing up."""
    invitations.check(_link())
    browser.current().started()  # the form's anti-forgery token belongs to it
    return _form({})


@blueprint.post("/invitation")
def accept() -> Response:
    """Make the account, sign its owner in, and let them go on: to a passkey first where they want one."""
    _invitation, client = invitations.check(_link())
    form = {name: request.form.get(name, "").strip() for name in FIELDS}
    form["username"] = form["username"].lower()
    secret = request.form.get("password", "")
    if request.form.get("check"):
        return _form(form, strength=people.strength(secret, **form))
    display_name = form["display_name"] or None
    problems = people.problems(form["username"], email=form["email"], display_name=display_name, password=secret)
    problems |= {name: _("Please fill this in.") for name in ("username", "email") if not form[name]}
    try:
        if problems:
            raise Invalid(**problems)
        user = invitations.accept(
            _link(), username=form["username"], email=form["email"], display_name=display_name, password=secret
        )
    except Invalid as invalid:
        strength = people.strength(secret, **form) if "password" in invalid.problems else None
        return _form(form, errors=invalid.problems, strength=strength, status=400)
    first_sign_in.sign_in(user, "invitation")
    if "passkey" in request.form:
        at = f"?at={quote(client.client_id, safe='')}" if client else ""
        return own_sign_in.add_authenticator(PASSKEY, READY + at)
    return redirect(_address(client) or "/account", 303)


@blueprint.get(READY)
def ready() -> Response:
    """That all is done, and the way to the application."""
    client = clients.by_id(request.args.get("at", ""))
    here = request.full_path.removesuffix("?")
    return page.render("invitation/ready.html", user=own_sign_in.person(here), client=client, address=_address(client))


@blueprint.post("/invitation/strength")
def strength() -> Response:
    """How strong the password is that is being typed, as JSON, for the page's script."""
    invitations.check(_link())
    form = {name: request.form.get(name, "") for name in FIELDS}
    return jsonify(asdict(people.strength(request.form.get("password", ""), **form)))


def _link() -> str:
    return request.args.get("link", "")


def _address(client: Client | None) -> str | None:
    """Where an application begins, if it has said so."""
    if client is None or client.disabled_at is not None or not client.app_url:
        return None
    return client.app_url if origins.of(client.app_url) else None


def _passkeys_work() -> bool:
    """Whether a passkey could be made at this address; not at a bare IP address, for example."""
    trying = Try("", clock.now(), request.remote_addr, site=wired().site)
    return PASSKEY not in authenticators.hindered(trying)


def _form(
    form: dict[str, str], *, errors: dict[str, str] | None = None, strength: Strength | None = None, status: int = 200
) -> Response:
    link = quote(_link(), safe="")
    _invitation, client = invitations.check(_link())
    return page.render(
        "invitation/accept.html", status, target=origins.of(_address(client) or "") or "",
        action=f"/invitation?link={link}", strength_url=f"/invitation/strength?link={link}", form=form,
        errors=errors or {}, strength=strength, client=client, image=client.logo_uri if client else None,
        other=browser.current().user, passkeys=_passkeys_work(),
    )  # fmt: skip
