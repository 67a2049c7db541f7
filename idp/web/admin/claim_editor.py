"""The page on which administrators edit custom claims, whosever they are; it works without script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from idp import presets
from idp.custom_claims import rules
from idp.errors import Invalid
from idp.presets.preset import CustomClaim
from idp.web.admin import claim_rows, room
from idp.web.admin.claim_rows import Row

KEPT = claim_rows.FIELDS
KINDS = (
    (rules.TEXT, lazy_gettext("Text")),
    (rules.NUMBER, lazy_gettext("Number")),
    (rules.YES_NO, lazy_gettext("Yes or no")),
    (rules.JSON, lazy_gettext("JSON")),
)


def edit(
    claims: Mapping[str, Any],
    save: Callable[[dict[str, Any]], object],
    *,
    here: str,
    back: str,
    known: Iterable[str | None],
    **words: Any,
) -> Response:
    """Show the rows; sent, change them or save them. `known` are the presets whose applications know some.

    What is typed is saved by one button only; the others send the page back with a row more or less.
    """
    suggested = _suggested(known)
    page = _Page(here, back, suggested, words)
    if request.method != "POST":
        before = room.typed()
        return page.show(claim_rows.typed(before) if before else claim_rows.of(claims), changed=bool(before))
    rows = claim_rows.typed(request.form)
    if "remove" in request.form:
        return page.show([row for at, row in enumerate(rows, 1) if str(at) != request.form["remove"]], changed=True)
    if "more" in request.form:
        return page.show(rows, more=True, changed=True)
    if (known_one := suggested.get(request.form.get("suggest", ""))) is not None:
        return page.show([*rows, Row(known_one.name, known_one.kind, "")], changed=True, empty=False)
    wanted, problems = claim_rows.claims_of(rows)
    try:
        if not problems and not rules.are_same(wanted, claims):
            save(wanted)
    except Invalid as invalid:
        problems = claim_rows.placed(invalid.problems, rows)
    if problems:
        return page.show(rows, 400, errors=problems)
    return room.done(_("The details have been saved."), back)


class _Page:
    def __init__(self, here: str, back: str, suggested: dict[str, CustomClaim], words: dict[str, Any]) -> None:
        self._here, self._back, self._suggested, self._words = here, back, suggested, words

    def show(
        self, rows: list[Row], status: int = 200, *, errors: claim_rows.Problems | None = None, changed: bool = False,
        more: bool = False, empty: bool = True,
    ) -> Response:  # fmt: skip
        """The rows and below them empty ones; `changed` says that what is shown isn't what is saved."""
        written = {row.name for row in rows}
        labels = {}
        for number, row in enumerate(rows, 1):
            what = row.name or _("row %(number)d", number=number)
            labels[claim_rows.name_id(number)] = _("name of %(what)s", what=what)
            labels[claim_rows.value_id(number)] = _("value of %(what)s", what=what)
        return room.show(
            "claims", self._here, status, rows=[*rows, *[Row()] * (empty + more)], written=len(rows), kinds=KINDS,
            errors=room.in_the_browser(errors or {}), labels=labels, changed=changed, back=self._back,
            suggested=[each for each in self._suggested.values() if each.name not in written], says_kind=dict(KINDS),
            **self._words,
        )  # fmt: skip


def _suggested(known: Iterable[str | None]) -> dict[str, CustomClaim]:
    there = [presets.get(preset) for preset in known if preset in presets.ids()]
    return {claim.name: claim for preset in there for claim in preset.custom_claims}
