"""The pages of `/admin` in their frame: the way around, lists a page at a time, questions before what can't be undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from idp.storage.pages import Page
from idp.web import admin, room
from idp.web.admin import guard
from idp.web.room import done

__all__ = ["confirm", "done", "in_the_browser", "listing", "number", "show", "typed"]


def show(template: str, here: str, status: int = 200, **values: Any) -> Response:
    """A page for administrators; `here` is the NAME of the page of the navigation that it belongs to."""
    ways = [(page.NAME, page.TITLE, page.ADDRESS) for page in admin.pages()]
    return room.show(f"admin/{template}.html", guard.administrator(), here, ways, status, **values)


def confirm(here: str, status: int = 200, **values: Any) -> Response:
    """The question before something that can't be undone: `title`, `follows` (sentences), `button_text` and `back`."""
    return show("confirm", here, status, **{"action": request.full_path.removesuffix("?"), "danger": True, **values})


def typed() -> Any:
    """What was typed into the form at this address before its administrator had to show again who they are."""
    return room.typed_before(request.path)


def number(field: str) -> int:
    """A number that was typed into a form just sent; 0, where it is never good, for what is none."""
    text = request.form.get(field, "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def listing(page: Page[Any], **filters: str) -> dict[str, Any]:
    """What the macros of `admin/_list.html` show of a page of rows: the rows, and the addresses of its neighbours."""
    given = {name: value for name, value in filters.items() if value}

    def address(**where: str) -> str:
        query = urlencode({**given, **where})
        return request.path + (f"?{query}" if query else "")

    return {
        "rows": page.rows, "filters": filters, "is_filtered": bool(given), "everything": request.path,
        "first": address() if page.before is not None else None,
        "previous": address(before=page.before) if page.before is not None else None,
        "next": address(after=page.after) if page.after is not None else None,
    }  # fmt: skip


def in_the_browser(problems: Mapping[str, str]) -> dict[str, str]:
    """The sentences of a refusal without what they advise to type in a terminal."""
    return {field: _without_command(sentence) for field, sentence in problems.items()}


def _without_command(sentence: str) -> str:
    said, found, _command = sentence.partition(": idp ")
    return said.rpartition(". ")[0] + "." if found and ". " in said else sentence
