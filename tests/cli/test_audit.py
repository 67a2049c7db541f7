"""`idp audit`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from idp import activity
from tests import given
from tests.cli.conftest import Cli, Done
from tests.conftest import Clock


def events(done: Done) -> list[str]:
    assert done.code == 0
    return [json.loads(line)["event"] for line in done.out.splitlines()]


@pytest.fixture(autouse=True)
def happened(settings: object, clock: Clock) -> None:
    clock.now = 1_769_860_800  # 2026-01-31T12:00:00Z
    activity.record("sign_in", user="ada", client="app", address="192.0.2.1", attempt="a1", authenticator="password")
    clock.forward(7_200)
    activity.record("code.issued", user="ada", client="other", scopes=["openid", "email"])
    clock.forward(7_200)
    activity.record("sign_in", user="grace", client="app")


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine in Berlin."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_what_happened_is_told_oldest_first_in_words_and_local_time(idp: Cli) -> None:
    given.client("app", name="Jellyfin")
    done = idp("audit")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "2026-01-31 13:00:00+01:00  ada signed in to Jellyfin (with password, from 192.0.2.1)",
        "2026-01-31 15:00:00+01:00  ada was sent back to other, signed in (scopes: openid email)",
        "2026-01-31 17:00:00+01:00  grace signed in to Jellyfin",
    ]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"event": "sign_in.refused", "user": "ada", "reason": "wrong_password"}, "ada was not let in: wrong password"),
        ({"event": "sign_in.refused", "authenticator": "password"}, "somebody was not let in (with password)"),
        ({"event": "group.granted", "user": "ada", "group": "family"}, "ada was put into the group family"),
        ({"event": "client.deleted", "client": "cl_gone", "name": "Old"}, "the application Old was deleted"),
        ({"event": "page.refused", "reason": "csrf", "path": "/x", "incident": "ab12"}, "a page was refused: csrf (path: /x, number ab12)"),
        ({"event": "client.changed", "client": "app", "fields": []}, "the application app was changed (fields: none)"),
        ({"event": "user.added", "user": "ada", "groups": ["a", "b"], "admin": 1}, "ada was added (groups: a b, admin: 1)"),
        ({"event": "something.quite_new", "user": "ada", "how_many": 3}, "something quite new: ada (how many: 3)"),
    ],
)  # fmt: skip
def test_whatever_happens_is_told_in_words(idp: Cli, event: dict[str, Any], said: str) -> None:
    activity.record(**event)
    assert idp("audit").out.splitlines()[-1].split("  ", 1)[1] == said


def test_an_event_is_one_line_of_json(idp: Cli) -> None:
    lines = idp("audit", "--json").out.splitlines()
    assert json.loads(lines[1]) == {
        "at": 1_769_868_000, "event": "code.issued", "user": "ada", "client": "other", "scopes": ["openid", "email"]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--user", "ada"], ["sign_in", "code.issued"]),
        (["--client", "app"], ["sign_in", "sign_in"]),
        (["--user", "ada", "--client", "app"], ["sign_in"]),
        (["--since", "3h"], ["code.issued", "sign_in"]),
        (["--since", "121m"], ["code.issued", "sign_in"]),
        (["--since", "7d"], ["sign_in", "code.issued", "sign_in"]),
        (["--since", "0s"], ["sign_in"]),
        (["--since", "2026-01-31T14:00:00+00:00"], ["code.issued", "sign_in"]),
        (["--since", "2030-01-01"], []),
    ],
)
def test_what_happened_can_be_narrowed(idp: Cli, options: list[str], expected: list[str]) -> None:
    assert events(idp("audit", "--json", *options)) == expected


@pytest.mark.parametrize(
    "options", [["--user", "nobody"], ["--client", "nobody"], ["--user", "ada", "--client", "nobody"]]
)
@pytest.mark.parametrize("as_json", [[], ["--json"]], ids=["text", "json"])
def test_who_was_never_there_is_said_to_be_unknown(idp: Cli, options: list[str], as_json: list[str]) -> None:
    done = idp("audit", *options, *as_json)
    assert (done.code, done.out) == (1, "")
    assert "'nobody'" in done.err


def test_who_did_nothing_yet_did_nothing(idp: Cli) -> None:
    given.user("linus")
    done = idp("audit", "--user", "linus")
    assert (done.code, done.out) == (0, "")
    assert "Nothing like that" in done.err


def test_an_application_goes_by_its_name_too(idp: Cli) -> None:
    given.client("app", name="Jellyfin")
    assert events(idp("audit", "--json", "--client", "Jellyfin")) == ["sign_in", "sign_in"]


@pytest.mark.parametrize("since", ["x", "3w", "-1h", "99999999d", "2026-13-01", "9999-12-31", "0001-01-01", ""])
def test_an_odd_time_is_wrong_usage_and_no_crash(idp: Cli, since: str) -> None:
    done = idp("audit", "--since", since)
    assert done.code in (0, 2)
    assert "Traceback" not in done.err


def test_nothing_in_a_row_can_command_a_terminal(idp: Cli) -> None:
    activity.record("sign_in.refused", user="\x1b[2J\r\n2026 root", reason="\x9b31m")
    for done in (idp("audit"), idp("audit", "--json")):
        assert len(done.out.splitlines()) == 4
        assert done.out.replace("\n", "").isprintable()
