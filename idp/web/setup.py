"""`/setup`: the one-time link that makes the first administrator, or restores one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from flask import Blueprint, jsonify, redirect, request
from werkzeug.wrappers import Response

from idp.authenticators.password.rules import Strength
from idp.directory import setup
from idp.directory import users as people
from idp.errors import Invalid
from idp.storage import users
from idp.storage.models import User
from idp.web import browser, first_sign_in, page

blueprint = Blueprint("setup", __name__)

FIELDS = ("username", "email", "display_name")


@blueprint.get("/setup")
def show() -> Response:
    """The form, for whoever holds a good link."""
    setup.check(request.args.get("link", ""))
    browser.current().started()  # the form's anti-forgery token belongs to it
    return _form({})


@blueprint.post("/setup")
def create() -> Response:
    """Make the administrator, or restore the one who is there; sign them in, and show what comes next."""
    link = request.args.get("link", "")
    setup.check(link)
    form = {name: request.form.get(name, "").strip() for name in FIELDS}
    form["username"] = form["username"].lower()
    secret = request.form.get("password", "")
    if existing := users.by_name(form["username"]):
        return _restore(link, existing, secret)
    if request.form.get("check"):
        return _form(form, strength=people.strength(secret, **form))
    # All that is wrong in one round, with plainer words for what is empty.
    display_name = form["display_name"] or None
    problems = people.problems(form["username"], email=form["email"], display_name=display_name, password=secret)
    problems |= {name: "Please fill this in." for name in ("username", "email") if not form[name]}
    try:
        if problems:
            raise Invalid(**problems)
        user = setup.create_administrator(
            link, username=form["username"], email=form["email"], display_name=display_name, password=secret
        )
    except Invalid as invalid:
        strength = people.strength(secret, **form) if "password" in invalid.problems else None
        return _form(form, errors=invalid.problems, strength=strength, status=400)
    first_sign_in.sign_in(user, "setup")
    return redirect("/account?welcome=1", 303)


def _restore(link: str, user: User, secret: str) -> Response:
    """Ask whether they mean the person who has that name, and do it when they do."""
    if "restore" not in request.form:
        strength = (
            people.strength(secret, user.username, user.email, user.display_name) if "check" in request.form else None
        )
        return _page("setup/restore.html", user=user, errors={}, strength=strength)
    try:
        restored = setup.restore_administrator(link, user, secret)
    except Invalid as invalid:
        strength = people.strength(secret, user.username, user.email, user.display_name)
        return _page("setup/restore.html", 400, user=user, errors=invalid.problems, strength=strength)
    first_sign_in.sign_in(restored, "setup")
    return redirect("/account", 303)


@blueprint.post("/setup/strength")
def strength() -> Response:
    """How strong the password is that is being typed, as JSON, for the page's script."""
    setup.check(request.args.get("link", ""))
    form = {name: request.form.get(name, "") for name in FIELDS}
    found = people.strength(request.form.get("password", ""), **form)
    return jsonify(asdict(found))


def _form(
    form: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
    strength: Strength | None = None,
    status: int = 200,
) -> Response:
    return _page(
        "setup/create.html", status, form=form, errors=errors or {}, strength=strength, restoring=not setup.is_needed()
    )


def _page(template: str, status: int = 200, **values: Any) -> Response:
    link = quote(request.args.get("link", ""), safe="")
    return page.render(
        template, status, action=f"/setup?link={link}", strength_url=f"/setup/strength?link={link}", **values
    )
