"""The rows of the editor for custom claims: from claims, from a form that was sent, and to claims again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from idp.custom_claims import rules

NAME, KIND, VALUE = "claim_name", "claim_kind", "claim_value"
FIELDS = (NAME, KIND, VALUE)
MOST_ROWS = rules.MOST + 10  # those of a form that somebody made up are not read on

Problems = dict[str, str]  # by the id of the field


@dataclass(frozen=True, slots=True)
class Row:
    """One claim as it stands in the fields."""

    name: str = ""
    kind: str = rules.TEXT
    value: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written in it."""
        return not self.name and not self.value


def of(claims: Mapping[str, Any]) -> list[Row]:
    """The rows of the claims that there are."""
    return [Row(name, rules.kind_of(value), rules.written(value)) for name, value in claims.items()]


def shown(claims: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and values as pages show them: as JSON, so that 5 and "5" are told apart."""
    return [(name, json.dumps(value, ensure_ascii=False)) for name, value in claims.items()]


def typed(form: MultiDict[str, str]) -> list[Row]:
    """What a form holds that was sent, without the rows in which nothing is written."""
    rows = zip(*(form.getlist(field)[:MOST_ROWS] for field in FIELDS), strict=False)
    written = [Row(name.strip(), kind, value.strip()) for name, kind, value in rows]
    return [row for row in written if not row.is_empty]


def claims_of(rows: list[Row]) -> tuple[dict[str, Any], Problems]:
    """The claims that the rows say, and all that is wrong with them."""
    claims: dict[str, Any] = {}
    problems: Problems = {}
    for number, row in enumerate(rows, 1):
        if not row.name:
            problems[name_id(number)] = _("Give it a name.")
        elif row.name in claims:
            problems[name_id(number)] = _("There is another row with this name.")
        try:
            claims[row.name] = rules.read(row.kind, row.value)
        except ValueError as wrong:
            problems[value_id(number)] = str(wrong)
    return claims, placed(rules.problems(claims), rows) | problems


def placed(problems: Mapping[str, str], rows: list[Row]) -> Problems:
    """What the rules say about claims, at the fields of their rows; the rest as it is."""
    at = {f"claims.{row.name}": (number, row) for number, row in enumerate(rows, 1)}
    found: Problems = {}
    for key, sentence in problems.items():
        number, row = at.get(key, (0, Row()))
        in_name = rules.name_problem(row.name) is not None
        found[(name_id if in_name else value_id)(number) if number else key] = sentence
    return found


def name_id(number: int) -> str:
    """The id of the field for the name in a row, counted from one."""
    return f"claim-{number}-name"


def value_id(number: int) -> str:
    """The id of the field for the value."""
    return f"claim-{number}-value"
