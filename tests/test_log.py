"""Log lines: one a message, never more."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from idp import activity, log
from tests.test_activity import NASTY


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
    log.start("text", "info")
    activity.record("code.issued", attempt="a1", user="ada", client="app", address="192.0.2.1", scopes=["openid", "email"],
                    admin=1, nothing=None)  # fmt: skip
    assert stream.getvalue() == (
        '2026-01-31T12:00:00+0000 INFO code.issued attempt="a1" user="ada" client="app" address="192.0.2.1" '
        'scopes="openid,email" admin=1\n'
    )


def test_a_json_line_says_the_same(storage: None, stream: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idp.clock.now", lambda: 1_769_860_800)
    log.start("json", "info")
    activity.record("code.issued", user="ada", scopes=["openid"])
    assert json.loads(stream.getvalue()) == {
        "at": "2026-01-31T12:00:00+0000", "level": "INFO", "event": "code.issued", "user": "ada", "scopes": ["openid"]
    }  # fmt: skip


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("value", NASTY.values(), ids=NASTY)
def test_whatever_is_in_a_value_one_event_is_one_line(storage: None, stream: Said, form: str, value: str) -> None:
    log.start(form, "info")  # type: ignore[arg-type]
    activity.record("sign_in.refused", user=value, client=value, address=value, reason=value, scopes=[value, value])
    written = stream.getvalue()
    assert written.endswith("\n")
    assert len(written.splitlines()) == 1
    assert written[:-1].isprintable()
    assert 'user="root"' not in written


def test_a_message_of_any_logger_is_one_line_too(stream: Said) -> None:
    log.start("text", "info")
    logging.getLogger("idp.web").error("bad: %s", "a\nb")
    logging.getLogger("idp.web").info("hello")
    written = stream.getvalue()
    assert len(written.splitlines()) == 2
    assert " ERROR bad: a\\u000ab" in written


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_error_brings_its_trace(stream: Said, form: str) -> None:
    log.start(form, "info")  # type: ignore[arg-type]
    try:
        raise ValueError("the reason")
    except ValueError as error:
        logging.getLogger("idp.web").error("incident 1", exc_info=error)
    written = stream.getvalue()
    assert "ValueError: the reason" in written
    if form == "json":
        assert "Traceback" in json.loads(written)["trace"]


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_the_libraries_below_never_talk(stream: Said, level: str) -> None:
    log.start("text", level)
    for name in ("pyop", "pyop.provider", "oic", "oic.oauth2", "jwkest", "peewee"):
        logging.getLogger(name).debug("secret")
        logging.getLogger(name).info("secret")
    assert stream.getvalue() == ""


def test_at_level_error_events_make_rows_and_no_lines(storage: None, stream: Said) -> None:
    log.start("text", "error")
    activity.record("user.added", user="ada")
    assert stream.getvalue() == ""
    assert [row.event for row in activity.rows()] == ["user.added"]
