"""The filter in the README finds refused sign-ins in the log of a running server, and whom to shut out."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flows.application import PASSWORD
from tests.flows.visitors import visitor
from tests.server import ROOT, Server


@pytest.fixture
def written(idp_server: Callable[..., Server]) -> tuple[Path, str]:
    """The log after one wrong password and one right one, and the address of the first."""
    server = idp_server()
    server.add_user("alice", PASSWORD)
    guesser, alice = visitor(server, "127.9.8.7"), visitor(server, "127.9.8.6")
    guesser.get("/account")
    guesser.submit(username='a" address="192.0.2.1', password="a guess of somebody")
    alice.get("/account")
    alice.submit(username="alice", password=PASSWORD)
    return server.folder / "server.log", "127.9.8.7"


def given_filter() -> str:
    found = re.search(
        r"```ini\n# /etc/fail2ban/filter\.d/foyer\.conf\n(.*?)```", (ROOT / "README.md").read_text(), re.S
    )
    assert found
    return found[1]


def test_the_filter_names_who_guessed_and_nobody_else(written: tuple[Path, str]) -> None:
    log, guesser = written
    rule = next(line for line in given_filter().splitlines() if line.startswith("failregex = "))
    pattern = re.compile(rule.removeprefix("failregex = ").replace("<HOST>", r"(?P<host>[0-9a-f.:]+)"))
    # fail2ban takes the date away before it looks.
    lines = [re.sub(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000", "", line) for line in log.read_text().splitlines()]
    assert [found["host"] for line in lines if (found := pattern.search(line))] == [guesser]


def test_fail2ban_itself_finds_the_line(
    written: tuple[Path, str], tmp_path: Path, needs: Callable[[str, str], str]
) -> None:
    log, guesser = written
    (tmp_path / "foyer.conf").write_text(given_filter())
    command = [needs("fail2ban-regex", "fail2ban"), "-v", str(log), str(tmp_path / "foyer.conf")]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert "1 matched" in told and guesser in told
