"""Who may use `/admin`: asked here before every route, and nowhere else; what they do there goes down under their name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Flask, current_app, request
from werkzeug.exceptions import NotFound

from idp import activity
from idp.assurance import RECENT
from idp.storage.models import User
from idp.web import browser, own_sign_in, room
from idp.web.own_sign_in import Missing

LOOK = 3_600  # seconds since somebody has shown who they are, to look around; to change something it is RECENT
_KEEPS = "typed_fields"

View = TypeVar("View", bound=Callable[..., object])


def keeps(*fields: str) -> Callable[[View], View]:
    """Name the fields of a view's form that wait while its administrator shows again who they are; never a secret."""

    def mark(view: View) -> View:
        setattr(view, _KEEPS, fields)
        return view

    return mark


def register(app: Flask) -> None:
    """Ask before anything else is looked at: to others there is nothing at these addresses, with any method."""

    @app.before_request
    def _only_administrators() -> None:
        if request.path != "/admin" and not request.path.startswith("/admin/"):
            return
        somebody = browser.current().user
        if somebody is None and request.method in ("GET", "HEAD", "POST"):
            own_sign_in.person(_back())  # raises Missing
        if somebody is None or not somebody.is_admin:
            raise NotFound
        activity.acting(somebody.username)

    @app.teardown_request
    def _nobody_acts_any_more(_error: BaseException | None) -> None:
        activity.acting(None)


def behind_the_token(blueprint: Blueprint) -> None:
    """Ask how long ago they have shown who they are, once the anti-forgery token has been looked at.

    Else a form that somebody else made them send would wait for them, filled in.
    """

    @blueprint.before_request
    def _shown_recently() -> None:
        # Whoever opens a form is asked before they fill it in rather than after.
        here = current_app.create_url_adapter(request)
        changes = here is not None and "POST" in here.allowed_methods()
        try:
            own_sign_in.person(_back(), max_age=RECENT if changes else LOOK)
        except Missing:
            view = current_app.view_functions[request.endpoint or ""]
            room.keep_typed(request.path, getattr(view, _KEEPS, ()))
            raise


def administrator() -> User:
    """Who is there; for the pages behind the guard."""
    user = browser.current().user
    assert user is not None and user.is_admin
    return user


def _back() -> str:
    return request.full_path.removesuffix("?")
