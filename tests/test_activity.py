"""The record of what happened: a row and a line an event, never more lines than events."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from idp import activity
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


class Said:
    """What was written to standard error."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def getvalue(self) -> str:
        return self._capture.readouterr().err


@pytest.fixture
def stream(capsys: pytest.CaptureFixture[str]) -> Iterator[Said]:
    """Standard error, with logging put back as it was afterwards."""
    root, ours = logging.getLogger(), logging.getLogger("idp")
    handlers, levels = list(root.handlers), (root.level, ours.level)
    yield Said(capsys)
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


def test_a_text_line_says_when_what_and_who(storage: None, stream: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idp.clock.now", lambda: 1_769_860_800)
    activity.start_logging("text", "info")
    activity.record("code.issued", attempt="a1", user="ada", client="app", address="192.0.2.1", scopes=["openid", "email"],
                    admin=1, nothing=None)  # fmt: skip
    assert stream.getvalue() == (
        '2026-01-31T12:00:00+0000 INFO code.issued attempt="a1" user="ada" client="app" address="192.0.2.1" '
        'scopes="openid,email" admin=1\n'
    )


def test_a_json_line_says_the_same(storage: None, stream: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idp.clock.now", lambda: 1_769_860_800)
    activity.start_logging("json", "info")
    activity.record("code.issued", user="ada", scopes=["openid"])
    assert json.loads(stream.getvalue()) == {
        "at": "2026-01-31T12:00:00+0000", "level": "INFO", "event": "code.issued", "user": "ada", "scopes": ["openid"]
    }  # fmt: skip


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("value", NASTY.values(), ids=NASTY)
def test_whatever_is_in_a_value_one_event_is_one_line(storage: None, stream: Said, form: str, value: str) -> None:
    activity.start_logging(form, "info")  # type: ignore[arg-type]
    activity.record("sign_in.refused", user=value, client=value, address=value, reason=value, scopes=[value, value])
    written = stream.getvalue()
    assert written.endswith("\n")
    assert len(written.splitlines()) == 1
    assert written[:-1].isprintable()
    assert 'user="root"' not in written


@pytest.mark.parametrize("value", NASTY.values(), ids=NASTY)
def test_rows_hold_no_character_that_a_terminal_obeys(storage: None, value: str) -> None:
    activity.record("sign_in.refused", user=value, reason=value, scopes=[value])
    (row,) = activity.rows()
    assert row.username.isprintable()
    assert row.detail["reason"].isprintable()
    assert row.detail["scopes"][0].isprintable()


def test_a_message_of_any_logger_is_one_line_too(stream: Said) -> None:
    activity.start_logging("text", "info")
    logging.getLogger("idp.web").error("bad: %s", "a\nb")
    logging.getLogger("idp.web").info("hello")
    written = stream.getvalue()
    assert len(written.splitlines()) == 2
    assert " ERROR bad: a\\u000ab" in written


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_error_brings_its_trace(stream: Said, form: str) -> None:
    activity.start_logging(form, "info")  # type: ignore[arg-type]
    try:
        raise ValueError("the reason")
    except ValueError as error:
        logging.getLogger("idp.web").error("incident 1", exc_info=error)
    written = stream.getvalue()
    assert "ValueError: the reason" in written
    if form == "json":
        assert "Traceback" in json.loads(written)["trace"]


def test_long_values_are_cut_and_long_lists_too(storage: None) -> None:
    activity.record("sign_in.refused", user="u" * 100_000, client="c" * 100_000, reason="r" * 100_000,
                    scopes=["s" * 10_000] * 1_000)  # fmt: skip
    (row,) = activity.rows()
    assert len(row.username) == len(row.client_id) == len(row.detail["reason"]) == activity.LONGEST_VALUE
    assert len(row.detail["scopes"]) <= 50
    assert len(str(row.__data__)) < 60 * activity.LONGEST_VALUE


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


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_the_libraries_below_never_talk(stream: Said, level: str) -> None:
    activity.start_logging("text", level)
    for name in ("pyop", "pyop.provider", "oic", "oic.oauth2", "jwkest", "peewee"):
        logging.getLogger(name).debug("secret")
        logging.getLogger(name).info("secret")
    assert stream.getvalue() == ""


def test_at_level_error_events_make_rows_and_no_lines(storage: None, stream: Said) -> None:
    activity.start_logging("text", "error")
    activity.record("user.added", user="ada")
    assert stream.getvalue() == ""
    assert [row.event for row in activity.rows()] == ["user.added"]
