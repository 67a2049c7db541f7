"""`python -m idp`, as a program that the shell starts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from idp import cli
from tests.server import ROOT, Server


def test_the_command_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "idp", "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: ")


def test_an_error_is_one_sentence_on_standard_error(tmp_path: Path) -> None:
    done = Server(tmp_path).run("user", "list")
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1


def test_commands_work_while_the_server_runs(server: Server) -> None:
    assert [user for user in server.idp_json("user", "list") if user["username"] == "alice"]
    assert server.run("user", "show", "nobody-there").returncode == 1


def _groups(group: click.Group) -> Iterator[click.Group]:
    yield group
    for command in group.commands.values():
        if isinstance(command, click.Group):
            yield from _groups(command)


@pytest.mark.parametrize("group", list(_groups(cli.idp)), ids=lambda group: group.name)
def test_lists_of_commands_are_whole_in_eighty_columns(group: click.Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = CliRunner().invoke(group, ["--help"], **cli.idp.context_settings).output
    listed = shown.partition("Commands:\n")[2].splitlines()
    assert len(listed) == len(group.commands), "a line each"
    for line in listed:
        assert not line.endswith("...") and len(line) <= 80, line
