"""`python -m idp`, as a program that the shell starts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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
