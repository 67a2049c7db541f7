"""Commands that sentences advise are written as this program was called."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from idp import called


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment with the program in it, in the working folder."""
    program = tmp_path / ".venv" / "bin" / "idp"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    return program


def test_by_a_path_where_the_name_alone_leads_nowhere(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert called.program(".venv/bin/idp") == ".venv/bin/idp"
    assert called.program(str(installed)) == ".venv/bin/idp", "typed in the same folder"
    assert called.program("/srv/foyer/idp") == "/srv/foyer/idp"
    assert called.program("/my house/idp") == "'/my house/idp'"


def test_from_a_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")
    tmp_path.rmdir()
    assert called.program("/srv/foyer/idp") == "/srv/foyer/idp"


def test_by_its_name_where_that_leads_to_it(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(installed.parent))
    for way in (".venv/bin/idp", str(installed), "idp"):
        assert called.program(way) == "idp", way
    assert called.program("/another/idp") == "/another/idp", "the name leads to another one"


def test_as_a_module_and_from_other_programs() -> None:
    assert called.program("/somewhere/idp/__main__.py") == f"{sys.executable} -m idp"
    for other in ("/usr/bin/pytest", "/somewhere/pytest/__main__.py", "", "-c"):
        assert called.program(other) == "idp"


def test_strangers_are_not_told_where_it_is_installed() -> None:
    for telling in (
        "/srv/foyer/.venv/bin/idp",
        "'/my house/idp'",
        "../anna/idp",
        "'../my house/idp'",
        "a/../../anna/idp",
    ):
        assert called.public(telling) == "idp", telling
    assert called.public(".venv/bin/idp") == ".venv/bin/idp"


def test_a_refusal_advises_what_can_be_typed(tmp_path: Path) -> None:
    root = Path(__file__).parents[1]
    program = tmp_path / "bin" / "idp"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(root)!r})\nfrom idp.cli import main\nmain()\n"
    )
    program.chmod(0o755)
    done = subprocess.run(
        ["bin/idp", "user", "list"], cwd=tmp_path, capture_output=True, text=True, timeout=60, env={"PATH": "/nowhere"}
    )
    assert done.returncode == 1 and "run: bin/idp init." in done.stderr
