"""The record of what happened: a row an event."""

from __future__ import annotations

import pytest

from idp import activity, log
from idp.storage.database import transaction
from tests.conftest import Clock

NASTY = {
    "a line break": 'a\nINFO sign_in user="root"',
    "a carriage return": "a\r\nb",
    "a quote": 'a" admin="1',
    "a backslash": "a\\nb",
    "a terminal's escape": "\x1b[2J\x1b[31m",
    "C1": "a\x85b\x9bc",
    "a separator of lines": "a\u2028b\u2029c",
    "a reversal": "a\u202eb\u2066c",
    "half a character": "a\ud800b",
    "NUL": "a\0b",
    "DEL": "a\x7fb",
}


@pytest.mark.parametrize("value", NASTY.values(), ids=NASTY)
def test_rows_hold_no_character_that_a_terminal_obeys(storage: None, value: str) -> None:
    activity.record("sign_in.refused", user=value, reason=value, scopes=[value])
    (row,) = activity.rows()
    assert row.username.isprintable()
    assert row.detail["reason"].isprintable()
    assert row.detail["scopes"][0].isprintable()


def test_long_values_are_cut_and_long_lists_too(storage: None) -> None:
    activity.record("sign_in.refused", user="u" * 100_000, client="c" * 100_000, reason="r" * 100_000,
                    scopes=["s" * 10_000] * 1_000)  # fmt: skip
    (row,) = activity.rows()
    assert len(row.username) == len(row.client_id) == len(row.detail["reason"]) == log.LONGEST_VALUE
    assert len(row.detail["scopes"]) <= 50
    assert len(str(row.__data__)) < 60 * log.LONGEST_VALUE


def test_a_row_shares_the_fate_of_what_it_tells(storage: None) -> None:
    with pytest.raises(ValueError, match="no"), transaction():
        activity.record("user.added", user="ada")
        raise ValueError("no")
    assert list(activity.rows()) == []


def test_rows_are_found_by_person_client_and_time_oldest_first(storage: None, clock: Clock) -> None:
    for number, (user, client) in enumerate([("ada", "app"), ("grace", "app"), ("ada", "other"), ("ada", "app")]):
        activity.record(f"e{number}", user=user, client=client)
        clock.forward(10)
    assert [row.event for row in activity.rows()] == ["e0", "e1", "e2", "e3"]
    assert [row.event for row in activity.rows(user="ada")] == ["e0", "e2", "e3"]
    assert [row.event for row in activity.rows(user="ada", client="app")] == ["e0", "e3"]
    assert [row.event for row in activity.rows(since=clock.now - 20)] == ["e2", "e3"]
    assert [row.event for row in activity.rows(most=2)] == ["e2", "e3"]
    first = next(activity.rows())
    assert [row.event for row in activity.rows(after_id=first.id)] == ["e1", "e2", "e3"]
