"""The form by which administrators give a logo: this provider's or an application's, which differ in where it goes only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from idp.directory import redrawing
from idp.errors import Invalid
from idp.web import bodies
from idp.web.admin import room


def take_files(blueprint: Blueprint) -> None:
    """Let the forms of a blueprint carry files as long as `bodies` says for their addresses."""

    @blueprint.url_value_preprocessor
    def _allow_a_file(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
        # Before anything reads the form, which looking for the anti-forgery token does.
        request.max_content_length = bodies.longest(request.path)


def form(here: str, **about: Any) -> Response:
    """The form, with the reason why the file that was just sent was too long, if it was."""
    too_big = request.args.get("refused") == "size"
    return _shown(here, redrawing.TOO_BIG if too_big else None, 200, **about)


def taken(here: str, take: Callable[[bytes], None], onward: str, **about: Any) -> BaseResponse:
    """What follows when a file was sent: `take` it, and go on; or the form again with the reason why not."""
    file = request.files.get("logo")
    try:
        take(file.read(redrawing.MOST_BYTES + 1) if file else b"")
    except Invalid as invalid:
        return _shown(here, next(iter(invalid.problems.values())), 400, **about)
    return room.done(_("The logo is shown from now on."), onward)


def _shown(here: str, error: str | None, status: int, **about: Any) -> Response:
    return room.show(
        "logo", here, status, error=_(error) if error else None, action=request.path, remove=f"{request.path}/remove",
        **{"client": None, **about},
    )  # fmt: skip
