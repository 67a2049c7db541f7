"""`idp audit`."""

from __future__ import annotations

import json

import pytest

from idp import activity
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


def test_what_happened_is_printed_oldest_first(idp: Cli) -> None:
    done = idp("audit")
    assert done.code == 0
    assert done.out.splitlines()[0] == (
        "2026-01-31 12:00:00 sign_in                user=ada client=app address=192.0.2.1 attempt=a1 authenticator=password"
    )
    assert "scopes=openid,email" in done.out.splitlines()[1]


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
        (["--user", "nobody"], []),
        (["--since", "3h"], ["code.issued", "sign_in"]),
        (["--since", "121m"], ["code.issued", "sign_in"]),
        (["--since", "7d"], ["sign_in", "code.issued", "sign_in"]),
        (["--since", "0s"], ["sign_in"]),
        (["--since", "2026-01-31T14:00:00+00:00"], ["code.issued", "sign_in"]),
        (["--since", "2030-01-01"], []),
    ],
)
def test_it_can_be_narrowed(idp: Cli, options: list[str], expected: list[str]) -> None:
    assert events(idp("audit", "--json", *options)) == expected


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
